import { writeFileSync } from 'node:fs';
import { CONFIG_SCHEMA } from '../src/config/schema.ts';

/** Renders docs/config.schema.json, for editors that validate YAML against a schema. */
export function renderConfigSchema(): string {
  return `${JSON.stringify(CONFIG_SCHEMA, null, 2)}\n`;
}

if (import.meta.main) writeFileSync(new URL('../docs/config.schema.json', import.meta.url), renderConfigSchema());
