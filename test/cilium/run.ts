/*
 * Runs Cilium's own load balancer on hand-made and random clusters and compares its results with the model's.
 *
 *   node test/cilium/run.ts [--clusters N] [--seed S] [--minor 20]…
 *
 * Exits with 1 on a mismatch, which is shrunk and printed; with 0 and a prominent message if Go is not installed.
 */
import { CILIUM } from '../upstream/build.ts';
import { runMinors } from '../upstream/run-minors.ts';
import { checkMinor } from './check.ts';
import { startOracle } from './oracle.ts';

await runMinors({
  source: CILIUM,
  name: 'Cilium',
  defaultClusters: 100,
  async compare(binary, plan) {
    const { query, hello, stop } = await startOracle(binary);
    console.log(`1.${plan.minor}: ${hello}`);
    const result = await checkMinor(query, plan);
    stop();
    return result;
  },
});
