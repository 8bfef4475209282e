import type { RawCluster } from '../upstream/generate/objects.ts';
import type { MinorPlan } from '../upstream/plan.ts';
import { Random } from '../upstream/random.ts';
import type { Tally } from '../upstream/run-minors.ts';
import { showMismatch } from '../upstream/show.ts';
import { shrink } from '../upstream/shrink.ts';
import { casesUnderSettings } from './cases.ts';
import type { Comparison, Mismatch, Setting } from './compare.ts';
import { compare } from './compare.ts';
import { generateCluster } from './generate.ts';
import { zonewise } from './model.ts';
import type { Query } from './oracle.ts';
import { settingsOf } from './settings.ts';

/** A wrong model fails everywhere, so the first mismatches are enough. */
const MAX_MISMATCHES = 5;

interface TestCase extends Setting {
  readonly name: string;
  readonly cluster: RawCluster;
}

/** Compares the hand-made cases and random clusters with Cilium, and prints what differs. */
export async function checkMinor(query: Query, plan: MinorPlan): Promise<Tally> {
  const { minor } = plan;
  let passed = 0;
  let failed = 0;
  let answers = 0;
  for (const testCase of testCases(plan)) {
    const { name, cluster, settings } = testCase;
    const result = await compareWith(query, cluster, testCase);
    if (typeof result === 'string')
      throw new Error(`the oracle rejects ${name} under ${JSON.stringify(settings)}: ${result}`);
    answers += result.answers;
    const [mismatch] = result.mismatches;
    if (!mismatch) {
      passed++;
      continue;
    }
    await show(query, testCase, mismatch);
    if (++failed === MAX_MISMATCHES) break;
  }
  console.log(`1.${minor}: ${passed} of ${passed + failed} clusters agree; ${answers} answers compared`);
  return { passed, failed, answers };
}

function* testCases({ minor, clusters, seed }: MinorPlan): Generator<TestCase> {
  for (const { name, cluster, settings } of casesUnderSettings()) yield { name, cluster, minor, settings };
  for (let index = 0; index < clusters; index++) {
    const random = new Random(seed * 1_000_003 + index);
    const settings = settingsOf(random, index, minor);
    yield { name: `seed ${seed}, cluster ${index}`, cluster: generateCluster(random), minor, settings };
  }
}

/** Text if the oracle rejects the cluster. */
async function compareWith(query: Query, cluster: RawCluster, at: Setting): Promise<Comparison | string> {
  // As the API server does.
  for (const { spec } of cluster.services) {
    spec.type ??= 'ClusterIP';
    for (const port of spec.ports ?? []) port.protocol ??= 'TCP';
  }
  const answer = await query(cluster, at.settings);
  return answer.error ?? compare(cluster, answer, zonewise(at), at);
}

async function show(query: Query, { name, cluster, minor, settings }: TestCase, mismatch: Mismatch): Promise<void> {
  const kind = ({ what }: Mismatch) => what.split(' ').slice(0, 2).join(' ');
  const found = async (smaller: RawCluster): Promise<Mismatch | undefined> => {
    const result = await compareWith(query, smaller, { minor, settings });
    return typeof result === 'string' ? undefined : result.mismatches.find(one => kind(one) === kind(mismatch));
  };
  const alone = onlyService(cluster, mismatch.service);
  const start = (await found(alone)) ? alone : cluster;
  const smallest = await shrink(start, async smaller => (await found(smaller)) !== undefined);
  const title = `MISMATCH Cilium 1.${minor}, ${name}, ${JSON.stringify(settings)}`;
  console.log(showMismatch(title, smallest, (await found(smallest)) ?? mismatch));
}

function onlyService({ nodes, services, slices }: RawCluster, key: string): RawCluster {
  const [namespace, name] = key.split('/');
  return {
    nodes,
    services: services.filter(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
    slices: slices.filter(
      ({ metadata }) => metadata.namespace === namespace && metadata.labels['kubernetes.io/service-name'] === name,
    ),
  };
}
