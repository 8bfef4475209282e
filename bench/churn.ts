import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sendJson } from '../test/kube/fake-api-server.ts';
import type { KubeObject } from '../test/kube/fake-cluster.ts';
import { FakeCluster, PATHS } from '../test/kube/fake-cluster.ts';
import type { Case } from './cases.ts';
import { CASES } from './cases.ts';
import type { LoadResult } from './load.ts';
import { residentMiB } from './machine.ts';
import type { Bench } from './measure.ts';
import { load } from './measure.ts';
import type { Result } from './result.ts';
import { rounded } from './statistics.ts';
import type { Site } from './subjects.ts';
import { startSubject, zonewise } from './subjects.ts';
import type { ClusterSize } from './topology.ts';
import { topologyItems } from './topology.ts';

const TICK_MS = 100;
const CHANGES_PER_TICK = 10;
const CONNECTIONS = 8;
const SYNC_TIMEOUT_MS = 60_000;

/**
 * Resident memory of `zonewise serve` with a live topology: after its first list, and after endpoints have changed a hundred
 * times a second while new Services were reviewed. The API server is a fake one.
 */
export async function measureChurn(
  clusters: Readonly<Record<'small' | 'big', ClusterSize>>,
  seconds: number,
  { site, generator }: { readonly site: Site; readonly generator: Bench['generator'] },
): Promise<Result['churn']> {
  const results: Result['churn'][number][] = [];
  for (const [name, cluster] of Object.entries(clusters)) {
    const fake = fakeOf(cluster);
    await fake.server.start();
    try {
      results.push({ cluster: name, ...(await measure(fake, { cluster, seconds, site, generator })) });
    } finally {
      await fake.server.stop();
    }
  }
  return results;
}

interface Options {
  readonly cluster: ClusterSize;
  readonly seconds: number;
  readonly site: Site;
  readonly generator: Bench['generator'];
}

async function measure(fake: FakeCluster, { cluster, seconds, site, generator }: Options) {
  const kubeconfig = join(site.folder, 'churn.kubeconfig');
  writeFileSync(kubeconfig, kubeconfigFor(fake.server.url));
  const id = 'zonewise-big';
  const server = await startSubject(await zonewise(id, { source: ['--kubeconfig', kubeconfig], cluster }, site), site);
  try {
    const settle = (seconds / 4) * 1000;
    const run = { servers: new Map([[id, server]] as const), generator };
    await synced(() => load(id, caseOf('services-one-update'), run, 1, TICK_MS));
    await delay(settle);
    const startMiB = residentMiB(server.pid);
    const { startSeconds } = server;
    let changes = 0;
    const slices = topologyItems(cluster).filter(item => kindOf(item) === 'EndpointSlice') as Slice[];
    const churn = setInterval(() => {
      for (let i = 0; i < CHANGES_PER_TICK; i++, changes++) {
        const slice = slices[changes % slices.length];
        if (slice) fake.set(PATHS.slices, withOneChanged(slice, changes));
      }
    }, TICK_MS);
    const { requests } = await load(id, caseOf('services-nothing-create'), run, CONNECTIONS, seconds * 1000).finally(
      () => clearInterval(churn),
    );
    await delay(settle);
    return {
      startSeconds,
      startMiB: rounded(startMiB),
      endMiB: rounded(residentMiB(server.pid)),
      changes,
      reviews: requests,
    };
  } finally {
    await server.stop();
  }
}

/** Waits until a review gets its warning, which needs the topology. */
async function synced(send: () => Promise<LoadResult>): Promise<void> {
  const end = performance.now() + SYNC_TIMEOUT_MS;
  while (performance.now() < end) {
    const result = await send().catch(() => null);
    if (result?.warnings === 1) return;
    await delay(TICK_MS);
  }
  throw new Error('zonewise has no topology: a review had no warning');
}

function caseOf(id: string): Case {
  const found = CASES.find(each => each.id === id);
  if (!found) throw new RangeError(`no case ${id}`);
  return found;
}

interface Slice extends KubeObject {
  readonly endpoints: readonly { readonly conditions: object }[];
}

/** Another endpoint becomes unready each time. */
function withOneChanged(slice: Slice, changes: number): Slice {
  const conditions = { ready: false, serving: false, terminating: false };
  const at = changes % slice.endpoints.length;
  return { ...slice, endpoints: slice.endpoints.map((each, i) => (i === at ? { ...each, conditions } : each)) };
}

function fakeOf(cluster: ClusterSize): FakeCluster {
  const fake = new FakeCluster();
  fake.server.scripts.unshift(({ path, response }) =>
    path === '/version' ? sendJson(response, { major: '1', minor: '37', gitVersion: 'v1.37.1' }) : undefined,
  );
  const paths: Readonly<Record<string, string>> = {
    Node: PATHS.nodes,
    Service: PATHS.services,
    EndpointSlice: PATHS.slices,
  };
  const namespaces = new Set<string>();
  for (const item of topologyItems(cluster) as KubeObject[]) {
    fake.set(paths[kindOf(item)] ?? '', item);
    if (item.metadata.namespace) namespaces.add(item.metadata.namespace);
  }
  for (const name of namespaces) fake.set(PATHS.namespaces, { metadata: { name } });
  return fake;
}

function kindOf(item: object): string {
  return (item as { readonly kind: string }).kind;
}

function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'bench', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'bench', user: {} }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    'current-context': 'bench',
  });
}
