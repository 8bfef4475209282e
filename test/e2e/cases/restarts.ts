import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Lab, Seen } from '../environment.ts';
import { eventually } from '../waiting.ts';

const MINUTE = 60_000;
// After a minute of rejected requests client-go's reflector waits up to 30 s, doubled by its jitter, before it lists
// again.
const CONTROLLERS_COME_BACK = 150_000;
const RULE = 'local-policy-uncovered-nodes';
const roaming = { namespace: 'shop', name: 'roaming' };

const ROAMING = `
metadata: { name: roaming, namespace: shop }
spec: { selector: { app: roamer }, ports: [{ port: 80 }], internalTrafficPolicy: Local }`;

const HEALTHY = `
metadata: { name: unaffected, namespace: shop }
spec: { selector: { app: agent }, ports: [{ port: 80 }], internalTrafficPolicy: Local }`;

export function restartCases(lab: () => Lab): void {
  const attempt = (service: string): Promise<Seen> =>
    lab().apply(service.replace('port: 80', 'port: 81'), '--dry-run=server');
  const gaps = (seen: Seen): readonly string[] =>
    ['a1', 'a2', 'b1', 'b2', 'c1'].filter(node => new RegExp(`\\b${node}\\b`).test(seen.warnings.join()));
  const eventuallyGaps = async (nodes: readonly string[]): Promise<void> => {
    const enough = (seen: Seen): boolean => gaps(seen).join() === nodes.join();
    const reached = await eventually(`gaps on ${nodes}`, () => attempt(ROAMING), { enough });
    expect(reached.rules).toEqual([RULE]);
  };
  const addRoamer = (node: string): Promise<void> =>
    lab().cluster.addPod({ namespace: 'shop', name: `roamer-${node}`, app: 'roamer', node });

  describe('across restarts', () => {
    beforeAll(async () => {
      for (const node of ['a1', 'a2', 'b1']) await addRoamer(node);
      await lab().apply(ROAMING);
      await lab().apply(HEALTHY);
      await lab().cluster.endpointsOn(roaming, ['a1', 'a2', 'b1']);
      await eventuallyGaps(['b2', 'c1']);
    });

    test('a restarted webhook knows the changes made while it was down', async () => {
      const { webhook, cluster } = lab();
      await webhook.stop();
      const unanswered = await attempt(ROAMING);
      expect(unanswered.code, 'failurePolicy Fail shows that the webhook is really asked').not.toBe(0);
      await addRoamer('b2');
      await cluster.removePod('shop', 'roamer-a1');
      await cluster.endpointsOn(roaming, ['a2', 'b1', 'b2']);
      await webhook.start();
      // Ready means synced: the first response is right, not only a later one.
      const first = await attempt(ROAMING);
      expect([first.rules, gaps(first)]).toEqual([[RULE], ['a1', 'c1']]);
      expect(await attempt(HEALTHY)).toMatchObject({ code: 0, rules: [] });
    });

    test('the topology stays correct during an API server restart and is updated afterwards', async () => {
      const { plane, cluster } = lab();
      await plane.apiServer.stop();
      await plane.apiServer.start();
      const answers: Seen[] = [];
      for (const service of [ROAMING, HEALTHY, ROAMING, HEALTHY]) answers.push(await attempt(service));
      expect(answers.map(gaps)).toEqual([['a1', 'c1'], [], ['a1', 'c1'], []]);
      expect(answers.map(seen => seen.code)).toEqual([0, 0, 0, 0]);

      await addRoamer('c1');
      await cluster.removePod('shop', 'roamer-b2');
      await cluster.endpointsOn(roaming, ['a2', 'b1', 'c1']);
      await eventuallyGaps(['a1', 'b2']);
      await cluster.addNode({ name: 'b3', zone: 'zone-b' });
      await eventually('the new node to be named', () => attempt(HEALTHY), {
        enough: seen => seen.warnings.some(text => /\bb3\b/.test(text)),
      });
      await cluster.removeNode('b3');
      await eventually('silence', () => attempt(HEALTHY), {
        enough: seen => seen.code === 0 && seen.rules.length === 0,
      });
    });

    test('a webhook started while the API server is down waits for it and then answers correctly', async () => {
      const { plane, webhook } = lab();
      await webhook.stop();
      await plane.apiServer.stop();
      let ready = false;
      const starting = webhook.start().then(() => {
        ready = true;
      });
      await eventually('a failed attempt to connect', async () => (await webhook.tail()).includes('ECONNREFUSED'));
      expect(ready).toBe(false);
      await Promise.all([starting, plane.apiServer.start()]);
      const first = await attempt(ROAMING);
      expect([first.rules, gaps(first)]).toEqual([[RULE], ['a1', 'b2']]);
      expect(await attempt(HEALTHY)).toMatchObject({ code: 0, rules: [] });
    });

    test('the webhook stays ready while the API server is down for a minute, and its topology is updated afterwards', async () => {
      const { plane, webhook, cluster } = lab();
      await plane.apiServer.stop();
      const end = Date.now() + MINUTE;
      while (Date.now() < end) {
        expect(await webhook.isReady()).toBe(true);
        await pause(5_000);
      }
      await plane.apiServer.start();
      const first = await attempt(ROAMING);
      expect([first.rules, gaps(first)]).toEqual([[RULE], ['a1', 'b2']]);
      await cluster.removePod('shop', 'roamer-c1');
      await cluster.endpointsOn(roaming, ['a2', 'b1'], CONTROLLERS_COME_BACK);
      await eventuallyGaps(['a1', 'b2', 'c1']);
    }, 360_000);

    test('the webhook logs no error', async () => {
      const lines = (await lab().webhook.tail(Number.POSITIVE_INFINITY))
        .split('\n')
        .filter(line => line.startsWith('{'));
      expect(lines.length).toBeGreaterThan(0);
      // pino's levels: 50 is error, 60 fatal.
      expect(lines.filter(line => JSON.parse(line).level >= 50)).toEqual([]);
    });
  });
}
