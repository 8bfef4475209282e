/*
 * Records Cilium's answers to the hand-made cases, with which the fast suite compares the model.
 *
 *   node test/cilium/record.ts [--minor 20]…
 */
import { CILIUM, goVersion, oracleBinary } from '../upstream/build.ts';
import { readPlan } from '../upstream/plan.ts';
import { casesUnderSettings, writeAnswers } from './cases.ts';
import type { Answer } from './oracle.ts';
import { startOracle } from './oracle.ts';

const go = goVersion();
if (go === null) throw new Error('there is no Go on this machine');
for (const minor of readPlan(CILIUM, 0).minors) {
  const { query, stop } = await startOracle(oracleBinary(CILIUM, minor, go));
  const answers: Record<string, Answer> = {};
  for (const { name, cluster, settings } of casesUnderSettings()) answers[name] = await query(cluster, settings);
  stop();
  writeAnswers(minor, answers);
}
