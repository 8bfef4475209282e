import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Judge } from '../../src/admission/admit.ts';
import { parseConfig } from '../../src/config.ts';
import { RULES } from '../../src/rules/index.ts';
import { announceSkipped, findAssets } from '../e2e/assets.ts';
import { eventually } from '../e2e/waiting.ts';
import { ClusterLife } from './cluster-life.ts';
import { type Delays, describeDelays } from './delays.ts';
import { listAfresh } from './listed-topology.ts';
import { type MeasuredProcess, startMeasured } from './measured-process.ts';
import { settledRss } from './memory.ts';
import { keepPace } from './pace.ts';
import { type ScaleCluster, startScaleCluster } from './scale-cluster.ts';
import { CONFIG, type Serving, startServing } from './serving.ts';
import { CHANGES_A_SECOND, chosenSize } from './size.ts';
import { SliceChanges } from './slice-changes.ts';
import { verdictsFromScratch, verdictsOf } from './verdicts.ts';

const SIZE = chosenSize();
const MOST_MIB = 300;
const MOST_GROWTH = 1.3;
const MOST_ABOVE_IDLE_MS = 20;
/** Starts of which the middle one counts: a machine that is shared stalls everybody now and then. */
const STARTS = 3;
/** Endpoints of one slice that a rollout changes at once. */
const BURST = 10;
const AT_ONCE = 16;

const found = await findAssets(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl']);
if (found.kind === 'missing') announceSkipped('zonewise serve at 5,000 nodes', found.why);

const say = (line: string) => process.stderr.write(`scale: ${line}\n`);

describe.skipIf(found.kind === 'missing')(`at ${SIZE.nodes} nodes and ${SIZE.endpoints} endpoints`, () => {
  let cluster: ScaleCluster;
  let idle: MeasuredProcess;
  let serving: Serving;
  let rssAfterSync = 0;
  const syncs: { readonly own: Delays; readonly idle: Delays }[] = [];

  beforeAll(async () => {
    if (found.kind !== 'ready') return;
    cluster = await startScaleCluster(found.assets, SIZE);
    say(
      `${cluster.ledger.entries.length} slices, ${cluster.ledger.endpoints} endpoints in the real API server, written in ${cluster.populatedInSeconds.toFixed(0)} s`,
    );
    idle = startMeasured(['-e', ''], 'idle');
    for (let start = 1; start <= STARTS; start++) {
      await serving?.stop();
      serving = await startServing(cluster.plane, cluster.kubeconfig);
      const window = { from: await serving.answeredAt(), to: await serving.logged('topology synced') };
      const delays = { own: await serving.delays(window), idle: await idle.delays(window) };
      syncs.push(delays);
      say(
        `start ${start}: ready after ${serving.readyAfterMs.toFixed(0)} ms, synced within ${window.to - window.from} ms`,
      );
      sayDelays('first reading', delays);
    }
    await cluster.register(serving);
  });

  afterAll(async () => {
    await serving?.stop();
    await idle?.stop();
    await cluster?.stop();
  });

  it(`holds the cluster in ${MOST_MIB} MiB`, async () => {
    rssAfterSync = await settledRss(serving, 10);
    say(`${rssAfterSync.toFixed(0)} MiB after the first reading, ${serving.peakRss().toFixed(0)} at most`);
    expect(rssAfterSync).toBeLessThanOrEqual(MOST_MIB);
  });

  it('keeps its event loop free while it reads the cluster for the first time', () => {
    const above = syncs.map(({ own, idle }) => own.p999 - idle.p999).sort((a, b) => a - b);
    expect(above[Math.floor(STARTS / 2)]).toBeLessThanOrEqual(MOST_ABOVE_IDLE_MS);
  });

  it(`answers while ${CHANGES_A_SECOND} endpoints change a second`, async () => {
    const slices = new SliceChanges(cluster.bulk, cluster.world, cluster.ledger);
    const life = new ClusterLife(cluster.bulk, cluster.world);
    const from = Date.now();
    await keepPace(
      [
        { perSecond: CHANGES_A_SECOND, act: () => slices.change(1) },
        { perSecond: 10, act: () => life.heartbeat() },
        { perSecond: 0.5, act: () => life.nodeTurns() },
        { perSecond: 5, act: () => life.apply() },
      ],
      SIZE.churnSeconds,
    );
    say(
      `${slices.count} endpoint changes, ${life.heartbeats} heartbeats, ${life.applied} Services applied in ${((Date.now() - from) / 1000).toFixed(0)} s; ${serving.rss().toFixed(0)} MiB`,
    );
    const delays = {
      own: await serving.delays({ from, to: Date.now() }),
      idle: await idle.delays({ from, to: Date.now() }),
    };
    sayDelays('churn', delays);
    expect(slices.count).toBeGreaterThanOrEqual(CHANGES_A_SECOND * SIZE.churnSeconds * 0.9);
    await cluster.caughtUp(serving);
  });

  it(`holds no more than ${MOST_GROWTH} times as much after ${SIZE.burstChanges} further changes`, async () => {
    const slices = new SliceChanges(cluster.bulk, cluster.world, cluster.ledger);
    const begin = performance.now();
    const work = async (): Promise<void> => {
      while (slices.count < SIZE.burstChanges) await slices.change(BURST);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const seconds = (performance.now() - begin) / 1000;
    await cluster.caughtUp(serving);
    const rss = await settledRss(serving, 10);
    say(
      `${slices.count} endpoint changes in ${seconds.toFixed(0)} s; ${rss.toFixed(0)} MiB, ${(rss / rssAfterSync).toFixed(2)} times as much as before`,
    );
    expect(rss / rssAfterSync).toBeLessThanOrEqual(MOST_GROWTH);
  });

  it('keeps its event loop free while it reads everything again', async () => {
    // The versions at which its watches stand are older than what a new API server remembers.
    await cluster.plane.api.post('/api/v1/namespaces/default/configmaps', { metadata: { name: 'anything-newer' } });
    await cluster.plane.apiServer.stop();
    await cluster.plane.apiServer.start();
    const from = await serving.logged('resource version expired, listing again');
    await eventually('four relists', () => serving.metric('topology_relists_total'), {
      enough: relists => Object.values(relists).every(count => count > 0),
      timeoutMs: 120_000,
    });
    const window = { from, to: Date.now() };
    const delays = { own: await serving.delays(window), idle: await idle.delays(window) };
    sayDelays(`relists within ${window.to - window.from} ms`, delays);
    say(`${serving.rss().toFixed(0)} MiB after the relists, ${serving.peakRss().toFixed(0)} at most`);
    expect(delays.own.p999 - delays.idle.p999).toBeLessThanOrEqual(MOST_ABOVE_IDLE_MS);
  });

  it('says of every Service in the end what a judgement from scratch says', async () => {
    await cluster.caughtUp(serving);
    const { topology, services } = await listAfresh(cluster.bulk);
    const facts = () => ({
      version: { minor: 37 },
      dataPlane: { kind: 'kube-proxy', serviceTopology: false, assumed: true } as const,
      now: Date.now(),
      topologyAgeSeconds: 0,
    });
    const { policy } = parseConfig(CONFIG, 'config.yaml');
    const pods = { find: async () => ({ kind: 'gave-up', why: 'forbidden' }) as const };
    const judge: Judge = { rules: RULES, topology: () => topology, facts, policy: () => policy, pods };
    const begin = performance.now();
    const told = await verdictsOf(serving, cluster.plane.authority.cert, services);
    const seconds = (performance.now() - begin) / 1000;
    const expected = await verdictsFromScratch(judge, services);
    const spoken = expected.filter(({ rules }) => rules.length > 0).length;
    say(
      `${services.length} Services judged in ${seconds.toFixed(0)} s, ${spoken} with findings of ${new Set(expected.flatMap(({ rules }) => rules)).size} rules`,
    );
    const different = expected.flatMap((verdict, index) =>
      JSON.stringify(verdict) === JSON.stringify(told[index]) ? [] : [{ fromScratch: verdict, serving: told[index] }],
    );
    expect(spoken).toBeGreaterThan(SIZE.services / 10);
    expect({ different: different.length, first: different.slice(0, 3) }).toEqual({ different: 0, first: [] });
  });
});

function sayDelays(what: string, { own, idle }: { readonly own: Delays; readonly idle: Delays }): void {
  say(`${what}: event loop ${describeDelays(own)}; idle control ${describeDelays(idle)}`);
}
