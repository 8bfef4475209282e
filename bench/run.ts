// `npm run bench` measures and writes docs/benchmarks.json, .md, .svg and the README's section in about 13 minutes.
// `npm run bench -- --quick` shows in less than three that everything works, and `--only PART|CASE` runs a part; both write into
// bench/out/. Exit code 1 if a function was deoptimised over and over.
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

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } });
const { quick, only } = values;
const folder = mkdtempSync(join(tmpdir(), 'zonewise-bench-'));
try {
  const began = performance.now();
  const result = await runBench({ folder, profile: quick ? QUICK : FULL, quick, only });
  const wrong = misfits(result, RESULT, 'result');
  if (wrong.length > 0) throw new Error(`bench/result.ts and the harness differ: ${wrong.join('; ')}`);
  for (const { what, why } of result.missing) announceSkipped(`bench: ${what}`, why);
  const target = quick || only !== undefined ? join(ROOT, 'bench/out') : ROOT;
  const files = new Map([[FIGURES, `${JSON.stringify(result, null, 1)}\n`], ...rendered(result)]);
  for (const [path, text] of files) {
    mkdirSync(join(target, path, '..'), { recursive: true });
    writeFileSync(join(target, path), text);
    process.stdout.write(`${join(target, path)}\n`);
  }
  process.stderr.write(`bench: ${((performance.now() - began) / 60_000).toFixed(1)} minutes\n`);
  // The list is in descending order of rates, so each function is named once, at its worst.
  const loops = result.deoptimisations.filter(({ isLoop }) => isLoop);
  const worst = loops.filter(({ name }, index) => loops.findIndex(each => each.name === name) === index);
  for (const { server, case: id, name, reason, perSecond } of worst) {
    process.stderr.write(`bench: deoptimisation loop: ${name}, ${perSecond} a second (${reason}), ${server}, ${id}\n`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
