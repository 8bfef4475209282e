import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { CONFIG_EXAMPLE, CONFIG_REFERENCE, renderConfigReference } from '../../scripts/generate-config-reference.ts';
import { config } from '../../src/cli/config.ts';
import { CONFIG_SCHEMA } from '../../src/config/schema.ts';
import { ROOT, run } from '../cli/terminal.ts';
import { read } from './pages.ts';

interface Schema {
  readonly description?: string;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

test('docs/configuration.md equals the output of npm run docs', () => {
  expect(read(CONFIG_REFERENCE)).toBe(renderConfigReference());
});

test('config check accepts the full example', async () => {
  const { exit, err } = await run(config, ['check', join(ROOT, CONFIG_EXAMPLE)]);
  expect([exit, err]).toEqual([0, '']);
});

test('the full example contains every setting, and every setting has a description', () => {
  const example = parse(read(CONFIG_EXAMPLE));
  const { rules: _, ...properties }: Readonly<Record<string, Schema>> = JSON.parse(
    JSON.stringify(CONFIG_SCHEMA),
  ).properties;
  const paths = Object.entries(properties).flatMap(([name, schema]) => leaves(schema, name));
  expect(paths.filter(({ path }) => !named(example, path.split('.'))).map(({ path }) => path)).toEqual([]);
  expect(paths.filter(({ schema }) => !schema.description && !schema.const).map(({ path }) => path)).toEqual([]);
});

function leaves(schema: Schema, path: string): readonly { readonly path: string; readonly schema: Schema }[] {
  const inner = schema.properties ?? (path.includes('.') ? undefined : schema.items?.properties);
  if (!inner) return [{ path, schema }];
  return Object.entries(inner).flatMap(([name, part]) => {
    // The settings of rules and match are the same at every occurrence.
    if (name === 'rules' || (name === 'match' && path !== 'overrides')) return [];
    return leaves(part, `${path}.${name}`);
  });
}

/** Whether the value has the path; of a list, any item. */
function named(value: unknown, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true;
  if (Array.isArray(value)) return value.some(item => named(item, [first, ...rest]));
  if (typeof value !== 'object' || value === null || !(first in value)) return false;
  return named((value as Record<string, unknown>)[first], rest);
}
