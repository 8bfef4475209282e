import type { Mismatch } from './compare.ts';
import { compare, countAnswers } from './compare.ts';
import { generateCluster, moveOn } from './generate/cluster.ts';
import type { RawCluster } from './generate/objects.ts';
import type { Model } from './model.ts';
import { zonewise } from './model.ts';
import type { Answer, Oracle } from './oracle.ts';
import type { MinorPlan } from './plan.ts';
import { Random } from './random.ts';
import type { Tally } from './run-minors.ts';
import { showMismatch } from './show.ts';
import { shrink } from './shrink.ts';

/** Repetitions after which an outcome of map order that was not observed is treated as impossible. */
const CERTAIN_RUNS = 2000;
const SHRINK_RUNS = 256;
/** A wrong model fails everywhere, so the first mismatches are enough. */
const MAX_MISMATCHES = 5;

/** Compares `clusters` random clusters and prints what differs; a cluster passes or fails as a whole. */
export async function checkMinor(oracle: Oracle, plan: MinorPlan): Promise<Tally> {
  const model = zonewise(plan.minor);
  const paths = new Map<string, number>();
  let passed = 0;
  let failed = 0;
  let answers = 0;
  for (let index = 0; index < plan.clusters && failed < MAX_MISMATCHES; index++) {
    const random = new Random(plan.seed * 1_000_003 + index);
    const cluster = generateCluster(random, plan.minor);
    if (random.chance(0.6)) await settle(random, oracle, cluster);
    const answer = await oracle.query(cluster);
    if (answer.error) throw new Error(`the oracle rejects cluster ${index} of seed ${plan.seed}: ${answer.error}`);
    for (const { path } of Object.values(answer.predicted)) paths.set(path, (paths.get(path) ?? 0) + 1);
    answers += countAnswers(answer);
    const agrees = compare(cluster, answer, model).length === 0;
    const mismatch = agrees ? null : await mismatchIn(oracle, model, { cluster, runs: CERTAIN_RUNS });
    if (!mismatch) {
      passed++;
      continue;
    }
    failed++;
    const smallest = await shrink(cluster, async c =>
      sameKind(await mismatchIn(oracle, model, { cluster: c, runs: SHRINK_RUNS }), mismatch),
    );
    const shown = (await mismatchIn(oracle, model, { cluster: smallest, runs: CERTAIN_RUNS })) ?? mismatch;
    console.log(showMismatch(`MISMATCH 1.${plan.minor}, seed ${plan.seed}, cluster ${index}`, smallest, shown));
  }
  if (failed === MAX_MISMATCHES) console.log(`1.${plan.minor}: stopped after ${MAX_MISMATCHES} mismatches`);
  const how = [...paths].map(([path, n]) => `${path} ${n}`).join(', ');
  console.log(
    `1.${plan.minor}: ${passed} of ${passed + failed} clusters agree; ${answers} answers compared; hints by ${how}`,
  );
  return { passed, failed, answers };
}

/** The first mismatch with the outcomes of upstream in this number of runs; null also if the oracle rejects the cluster. */
async function mismatchIn(
  oracle: Oracle,
  model: Model,
  requested: { cluster: RawCluster; runs: number },
): Promise<Mismatch | null> {
  const answer = await oracle.query(requested.cluster, requested.runs);
  return answer.error ? null : (compare(requested.cluster, answer, model)[0] ?? null);
}

/** True if both mismatches are of the same kind: shrinking must not turn one into another. */
function sameKind(a: Mismatch | null, b: Mismatch): boolean {
  return a?.what.split(' ')[0] === b.what.split(' ')[0] && a?.what.includes('hints') === b.what.includes('hints');
}

/** Lets the controller write its hints, then mostly changes one thing, so that the hints are its own or stale. */
async function settle(random: Random, oracle: Oracle, cluster: RawCluster): Promise<void> {
  const answer: Answer = await oracle.query(cluster);
  if (answer.error) return;
  for (const slice of cluster.slices) {
    const written = Object.entries(answer.predicted).find(
      ([key, { outcomes }]) => key.startsWith(`${slice.metadata.namespace}/`) && outcomes[0]?.[slice.metadata.name],
    )?.[1].outcomes[0]?.[slice.metadata.name];
    slice.endpoints.forEach((endpoint, i) => {
      delete endpoint.hints;
      const hints = written?.[i];
      if (hints) endpoint.hints = hints;
    });
  }
  if (random.chance(0.7)) moveOn(random, cluster);
}
