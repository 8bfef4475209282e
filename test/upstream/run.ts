/*
 * Runs upstream's own code on random clusters and compares its results with the model's.
 *
 *   node test/upstream/run.ts [--clusters N] [--seed S] [--minor 37]…
 *
 * Exits with 1 on a mismatch, which is shrunk and printed; with 0 and a prominent message if Go is not installed.
 */
import { goVersion, KUBERNETES, oracleBinary } from './build.ts';
import { checkMinor } from './check.ts';
import { Oracle } from './oracle.ts';
import { readPlan } from './plan.ts';
import { box } from './show.ts';

const { clusters, seed, minors } = readPlan(KUBERNETES, 300);
const go = goVersion();
if (go === null) {
  console.error(box(['SKIPPED: there is no Go on this machine.', 'Nothing was compared with upstream.']));
  console.log('0 passed, 0 failed');
} else {
  let passed = 0;
  let failed = 0;
  let answers = 0;
  for (const minor of minors) {
    const { oracle, hello } = await Oracle.start(oracleBinary(KUBERNETES, minor, go));
    console.log(`1.${minor}: ${hello}`);
    const result = await checkMinor(oracle, { minor, clusters, seed });
    oracle.stop();
    passed += result.passed;
    failed += result.failed;
    answers += result.answers;
  }
  console.log(`${answers} answers compared; ${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
