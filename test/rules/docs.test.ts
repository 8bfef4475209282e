import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DOCS_FOLDER, renderDocs } from '../../scripts/generate-rule-docs.ts';
import { ROOT } from './fixture.ts';

test('docs/rules is up to date with the rules and their fixtures; npm run docs writes it', () => {
  const pages = renderDocs();
  const folder = join(ROOT, DOCS_FOLDER);
  const committed = new Map(readdirSync(folder).map(name => [name, readFileSync(join(folder, name), 'utf8')]));
  const names = new Set([...pages.keys(), ...committed.keys()]);
  expect([...names].filter(name => pages.get(name) !== committed.get(name))).toEqual([]);
});
