import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { renderConfigSchema } from '../../scripts/generate-config-schema.ts';
import { RULES } from '../../src/rules/index.ts';

test('docs/config.schema.json is the schema of the code; npm run docs writes it', () => {
  const committed = readFileSync(new URL('../../docs/config.schema.json', import.meta.url), 'utf8');
  expect(committed).toBe(renderConfigSchema());
});

test('the published schema is a valid JSON Schema with every rule', () => {
  const schema = JSON.parse(renderConfigSchema());
  expect(new Ajv({ strict: false }).validateSchema(schema)).toBe(true);
  expect(Object.keys(schema.properties.rules.properties)).toEqual(RULES.map(rule => rule.id));
});
