// Writes docs/benchmarks.md, docs/benchmarks.svg and the README's section from docs/benchmarks.json: node bench/render.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderPage } from './report/page.ts';
import { renderPlot } from './report/plot.ts';
import { withPerformance } from './report/readme.ts';
import type { Result } from './result.ts';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const FIGURES = 'docs/benchmarks.json';

/** The files that are generated from the figures, with their content. */
export function rendered(result: Result): ReadonlyMap<string, string> {
  return new Map([
    ['docs/benchmarks.md', renderPage(result)],
    ['docs/benchmarks.svg', renderPlot(result)],
    ['README.md', withPerformance(readFileSync(join(ROOT, 'README.md'), 'utf8'), result)],
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = JSON.parse(readFileSync(join(ROOT, FIGURES), 'utf8')) as Result;
  for (const [path, text] of rendered(result)) writeFileSync(join(ROOT, path), text);
}
