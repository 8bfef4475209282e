/*
 * Runs Cilium's own load balancer on hand-made and random clusters and compares its results with the model's.
 *
 *   node test/cilium/run.ts [--clusters N] [--seed S] [--minor 20]…
 *
 * Exits with 1 on a mismatch, which is shrunk and printed; with 0 and a prominent message if Go is not installed.
 */
import { CILIUM, goVersion, oracleBinary } from '../upstream/build.ts';
import { readPlan } from '../upstream/plan.ts';
import { box } from '../upstream/show.ts';
import { checkMinor } from './check.ts';
import { startOracle } from './oracle.ts';

const { clusters, seed, minors } = readPlan(CILIUM, 100);
const go = goVersion();
if (go === null) {
  console.error(box(['SKIPPED: there is no Go on this machine.', 'Nothing was compared with Cilium.']));
  console.log('0 passed, 0 failed');
} else {
  let passed = 0;
  let failed = 0;
  let answers = 0;
  for (const minor of minors) {
    const { ask, hello, stop } = await startOracle(oracleBinary(CILIUM, minor, go));
    console.log(`1.${minor}: ${hello}`);
    const result = await checkMinor(ask, { minor, clusters, seed });
    stop();
    passed += result.passed;
    failed += result.failed;
    answers += result.answers;
  }
  console.log(`${answers} answers compared; ${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
