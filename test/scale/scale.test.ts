import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { announceSkipped, findAssets } from '../e2e/assets.ts';
import { ClusterLife } from './cluster-life.ts';
import { compare } from './comparison.ts';
import { aboveIdle, best, type Compared, type DelayWindow, describeDelays } from './delays.ts';
import { type MeasuredProcess, startMeasured } from './measured-process.ts';
import { relistAll } from './relist.ts';
import { runAtRate } from './request-rate.ts';
import { stableRss } from './resident-memory.ts';
import { type ScaleCluster, startScaleCluster } from './scale-cluster.ts';
import { type Serving, startServing } from './serving.ts';
import { CHANGES_A_SECOND, chosenSize } from './size.ts';
import { SliceChanges } from './slice-changes.ts';

const SIZE = chosenSize();
const MAX_MIB = 300;
const MAX_GROWTH = 1.3;
/** The best try is used: load of other programs varies, while a stall of zonewise occurs in every try. */
const TRIES = 3;
/** Endpoints of one slice that a rollout changes together. */
const BURST = 10;
const AT_ONCE = 16;

const found = await findAssets(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl']);
const missing =
  process.platform !== 'linux' ? 'memory is read from /proc' : found.kind === 'missing' ? found.why : null;
if (missing !== null) announceSkipped('zonewise serve at 5,000 nodes', missing);

const say = (line: string) => process.stderr.write(`scale: ${line}\n`);

describe.skipIf(missing !== null)(`at ${SIZE.nodes} nodes and ${SIZE.endpoints} endpoints`, () => {
  let cluster: ScaleCluster;
  let idle: MeasuredProcess;
  let serving: Serving;
  let rssAfterSync = 0;
  const syncs: Compared[] = [];
  const compared = async (windows: readonly DelayWindow[]): Promise<Compared> => ({
    own: await serving.delays(windows),
    idle: await idle.delays(windows),
  });

  /** Compares every nth Service. */
  const expectNoDifference = async (every: number): Promise<void> => {
    const { services, spoken, rules, seconds, different } = await compare(cluster, serving, every);
    say(`${services} Services evaluated in ${seconds.toFixed(0)} s, ${spoken} with findings of ${rules} rules`);
    expect(spoken).toBeGreaterThan(services / 10);
    expect({ different: different.length, first: different.slice(0, 3) }).toEqual({ different: 0, first: [] });
  };

  beforeAll(async () => {
    if (found.kind !== 'ready') return;
    cluster = await startScaleCluster(found.assets, SIZE);
    say(
      `${cluster.ledger.entries.length} slices, ${cluster.ledger.endpoints} endpoints in the real API server, written in ${cluster.populatedInSeconds.toFixed(0)} s`,
    );
    idle = startMeasured(['-e', ''], 'idle');
    for (let start = 1; start <= TRIES; start++) {
      await serving?.stop();
      serving = await startServing(cluster.plane, cluster.kubeconfig);
      const window = { from: await serving.answeredAt(), to: await serving.logged('topology synced') };
      const delays = await compared([window]);
      syncs.push(delays);
      say(
        `start ${start}: ready after ${serving.readyAfterMs.toFixed(0)} ms, synced within ${(window.to - window.from).toFixed(0)} ms`,
      );
      logDelays('first lists', delays);
    }
    await cluster.register(serving);
  });

  afterAll(async () => {
    await serving?.stop();
    await idle?.stop();
    await cluster?.stop();
  });

  test(`holds the cluster in ${MAX_MIB} MiB`, async () => {
    rssAfterSync = await stableRss(serving, 10);
    say(`${rssAfterSync.toFixed(0)} MiB after the first lists, ${serving.peakRss().toFixed(0)} at most`);
    expect(rssAfterSync).toBeLessThanOrEqual(MAX_MIB);
  });

  test('keeps its event loop free during the first lists', () => {
    expect(aboveIdle(best(syncs))).toBeLessThanOrEqual(SIZE.aboveIdleMs);
  });

  test(`answers while ${CHANGES_A_SECOND} endpoints change per second`, async () => {
    const slices = new SliceChanges(cluster.bulk, cluster.world, cluster.ledger);
    const life = new ClusterLife(cluster.bulk, cluster.world);
    const from = Date.now();
    await runAtRate(
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
    logDelays('churn', await compared([{ from, to: Date.now() }]));
    expect(slices.count).toBeGreaterThanOrEqual(CHANGES_A_SECOND * SIZE.churnSeconds * 0.9);
    await cluster.caughtUp(serving);
  });

  test(`holds no more than ${MAX_GROWTH} times as much after ${SIZE.burstChanges} further changes`, async () => {
    const slices = new SliceChanges(cluster.bulk, cluster.world, cluster.ledger);
    const begin = performance.now();
    const work = async (): Promise<void> => {
      while (slices.count < SIZE.burstChanges) await slices.change(BURST);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const seconds = (performance.now() - begin) / 1000;
    await cluster.caughtUp(serving);
    const rss = await stableRss(serving, 10);
    say(
      `${slices.count} endpoint changes in ${seconds.toFixed(0)} s; ${rss.toFixed(0)} MiB, ${(rss / rssAfterSync).toFixed(2)} times as much as before`,
    );
    expect(rss / rssAfterSync).toBeLessThanOrEqual(MAX_GROWTH);
  });

  test('reports the findings of an evaluation from scratch', async () => {
    await expectNoDifference(SIZE.compareEvery);
  });

  test('keeps its event loop free during the relists', async () => {
    const relists: Compared[] = [];
    while (relists.length < TRIES && (relists.length === 0 || aboveIdle(best(relists)) > SIZE.aboveIdleMs)) {
      const delays = await compared(await relistAll(cluster, serving));
      relists.push(delays);
      logDelays('relists', delays);
    }
    say(`${serving.rss().toFixed(0)} MiB after the relists, ${serving.peakRss().toFixed(0)} at most`);
    expect(aboveIdle(best(relists))).toBeLessThanOrEqual(SIZE.aboveIdleMs);
  });

  test('reports the findings of an evaluation from scratch after the relists, too', async () => {
    await expectNoDifference(10);
  });
});

function logDelays(what: string, { own, idle }: Compared): void {
  say(`${what}: event loop ${describeDelays(own)}; idle control ${describeDelays(idle)}`);
}
