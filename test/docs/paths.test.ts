import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../cli/terminal.ts';
import { DOC_PAGES, ROOT_PAGES, read } from './pages.ts';

const PAGES = [
  ...ROOT_PAGES,
  'SECURITY.md',
  'certs/README.md',
  'charts/README.md',
  'test/e2e/README.md',
  'test/dataplane/README.md',
  ...DOC_PAGES,
];

/** The rule that CONTRIBUTING.md creates as an example, and a folder that a command creates. */
const NOT_COMMITTED = ['zone-about-to-vanish', 'bench/out/'];

test.each(PAGES)('%s names existing paths only', page => {
  expect(pathsOf(read(page)).filter(path => !exists(path))).toEqual([]);
});

test('the pages name paths', () => {
  expect(new Set(PAGES.flatMap(page => pathsOf(read(page)))).size).toBeGreaterThan(50);
});

/** Paths from the root of the repository: after a space, a backtick or a bracket. */
function pathsOf(text: string): readonly string[] {
  const found = text.matchAll(/(?<=[\s`([])(?:bench|bin|certs|charts|docs|sample|scripts|src|test)\/[\w./*-]*/g);
  return [...found]
    .map(([path]) => path.replace(/[.-]+$/, ''))
    .filter(path => !NOT_COMMITTED.some(part => path.includes(part)));
}

function exists(path: string): boolean {
  return path.includes('*') ? globSync(path, { cwd: ROOT }).length > 0 : existsSync(join(ROOT, path));
}
