import { stringify } from 'yaml';
import { Advisor } from '../../../src/engine/advice/advisor.ts';
import { isCompared } from '../../property/advice-disagreements.ts';
import { todaysState } from '../../property/advice-states.ts';
import { type AdviceInput, randomAdvice } from '../../property/random-advice.ts';
import type { Oracle } from '../oracle.ts';
import type { MinorPlan } from '../plan.ts';
import type { Tally } from '../run-minors.ts';
import { compareAdvice } from './compare-advice.ts';
import { rawCluster } from './raw-cluster.ts';

/** A wrong model fails everywhere, so the first clusters are enough. */
const MAX_FAILED = 3;

/** Compares the advice for `clusters` random Services that can be advised, and prints what differs. */
export async function checkAdvice(oracle: Oracle, { minor, clusters, seed }: MinorPlan): Promise<Tally> {
  const kinds = new Map<string, number>();
  let [passed, failed, answers] = [0, 0, 0];
  for (let next = seed * 1_000_003; passed + failed < clusters && failed < MAX_FAILED; next++) {
    const input = randomAdvice(next, minor);
    const advice = new Advisor(input.cluster).advise(input.service);
    if (!isCompared(advice)) continue;
    kinds.set(advice.kind, (kinds.get(advice.kind) ?? 0) + 1);
    const { found, compared } = await compareAdvice(oracle, input, advice);
    answers += compared;
    if (found.length === 0) {
      passed++;
      continue;
    }
    failed++;
    console.log([`MISMATCH 1.${minor}, random cluster ${next}`, ...found, clusterText(input)].join('\n'));
  }
  const counts = [...kinds].map(([kind, count]) => `${kind} ${count}`).join(', ');
  console.log(
    `1.${minor}: advice for ${passed} of ${passed + failed} Services agrees (${counts}); ${answers} answers compared`,
  );
  return { passed, failed, answers };
}

function clusterText({ service, workload, cluster }: AdviceInput): string {
  const { nodes, services, slices } = rawCluster(todaysState(cluster), [service]);
  const { kind, rollout, autoscaler, cpuRequest, cpuLimit } = workload;
  const items = [...nodes, ...services, ...slices, { kind, rollout, autoscaler, cpuRequest, cpuLimit }];
  return items.map(item => stringify(item, { aliasDuplicateObjects: false })).join('---\n');
}
