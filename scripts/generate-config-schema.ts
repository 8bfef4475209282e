import { writeFileSync } from 'node:fs';
import { CONFIG_SCHEMA } from '../src/config/schema.ts';

/** What docs/config.schema.json holds, for editors that check YAML against a schema. */
export function renderConfigSchema(): string {
  return `${JSON.stringify(CONFIG_SCHEMA, null, 2)}\n`;
}

if (import.meta.main) writeFileSync(new URL('../docs/config.schema.json', import.meta.url), renderConfigSchema());
