/*
 * Runs upstream's own code on random clusters and compares its results with the model's.
 *
 *   node test/upstream/run.ts [--clusters N] [--seed S] [--minor 37]… [--advice]
 *
 * With --advice it compares the advice for random Services in every setting and every case. Exits with 1 on a mismatch, which
 * is printed; with 0 and a prominent message if Go is not installed.
 */
import { checkAdvice } from './advice/check-advice.ts';
import { KUBERNETES } from './build.ts';
import { checkMinor } from './check.ts';
import { Oracle } from './oracle.ts';
import { runMinors } from './run-minors.ts';

await runMinors({
  source: KUBERNETES,
  name: 'upstream',
  defaultClusters: 300,
  async compare(binary, plan) {
    const { oracle, hello } = await Oracle.start(binary);
    console.log(`1.${plan.minor}: ${hello}`);
    const result = plan.advice ? await checkAdvice(oracle, plan) : await checkMinor(oracle, plan);
    oracle.stop();
    return result;
  },
});
