// `npm run bench` measures and writes docs/benchmarks.json, .md, .svg and the README's section, in about ten minutes.
// `npm run bench -- --quick` shows in two that all of it works, and writes into bench/out/ instead.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { announceSkipped } from '../test/e2e/assets.ts';
import { runBench } from './bench.ts';
import { FULL, QUICK } from './measure.ts';
import { FIGURES, ROOT, rendered } from './render.ts';
import { RESULT } from './result.ts';
import { misfits } from './shape.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const folder = mkdtempSync(join(tmpdir(), 'zonewise-bench-'));
try {
  const result = await runBench({ folder, pace: values.quick ? QUICK : FULL, quick: values.quick });
  const wrong = misfits(result, RESULT, 'result');
  if (wrong.length > 0) throw new Error(`bench/result.ts and the harness differ: ${wrong.join('; ')}`);
  for (const { what, why } of result.missing) announceSkipped(`bench: ${what}`, why);
  const target = values.quick ? join(ROOT, 'bench/out') : ROOT;
  const files = new Map([[FIGURES, `${JSON.stringify(result, null, 1)}\n`], ...rendered(result)]);
  for (const [path, text] of files) {
    mkdirSync(join(target, path, '..'), { recursive: true });
    writeFileSync(join(target, path), text);
    process.stdout.write(`${join(target, path)}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
