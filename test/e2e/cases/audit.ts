import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Auditor, auditorProcess, createAuditor, NAMESPACE } from '../auditor.ts';
import { type Cluster, createCluster } from '../cluster.ts';
import type { ControlPlane } from '../control-plane.ts';
import { eventually } from '../waiting.ts';

const RULE = 'local-policy-uncovered-nodes';
const FOUND = 'LocalPolicyUncoveredNodes';
const RESOLVED = 'LocalPolicyUncoveredNodesResolved';
const NODES = ['w1', 'w2', 'w3'];
const agent = { namespace: 'audited', name: 'agent' };
const WITHIN_MS = 30_000;
/** Longer than any expected Event takes, so that its absence is certain. */
const LONG_MS = 20_000;

interface SeenEvent {
  readonly type: string;
  readonly reason: string;
  readonly note: string;
  readonly regarding: { readonly kind: string; readonly name: string };
}

export function auditCases(running: () => ControlPlane): void {
  describe('the audit', () => {
    let cluster: Cluster;
    let auditors: readonly Auditor[] = [];

    const events = async (): Promise<readonly SeenEvent[]> => {
      const path = `/apis/events.k8s.io/v1/namespaces/${agent.namespace}/events`;
      const { items } = (await running().api.get(path)) as { items: readonly SeenEvent[] };
      return items.filter(({ regarding }) => regarding.kind === 'Service');
    };
    const reasons = async (): Promise<readonly string[]> => (await events()).map(({ reason }) => reason).toSorted();
    const eventuallyTold = (wanted: readonly string[]): Promise<unknown> =>
      eventually(`Events ${wanted.join()}`, reasons, {
        enough: seen => seen.join() === wanted.toSorted().join(),
        timeoutMs: WITHIN_MS,
      });
    const addPod = (node: string): Promise<void> =>
      cluster.addPod({ namespace: agent.namespace, name: `agent-${node}`, app: 'agent', node });
    const removePod = (node: string): Promise<void> => cluster.removePod(agent.namespace, `agent-${node}`);
    const leader = async (): Promise<Auditor> => {
      const leading = async (): Promise<Auditor | undefined> => {
        for (const auditor of auditors) if (await auditor.findings()) return auditor;
        return undefined;
      };
      const found = await eventually('a leader that has judged everything', leading);
      if (found === undefined) throw new Error('unreachable: eventually() waits for one');
      return found;
    };

    beforeAll(async () => {
      const plane = running();
      cluster = createCluster(plane.api);
      await cluster.addNamespace(agent.namespace);
      for (const name of NODES) await cluster.addNode({ name, zone: 'zone-a' });
      for (const node of NODES) await addPod(node);
      await plane.api.post(`/api/v1/namespaces/${agent.namespace}/services`, {
        metadata: { name: agent.name },
        spec: { selector: { app: 'agent' }, ports: [{ port: 80 }], internalTrafficPolicy: 'Local' },
      });
      await cluster.endpointsOn(agent, NODES);
      const kubeconfig = await createAuditor(plane);
      auditors = [await auditorProcess(plane, 'one', kubeconfig), await auditorProcess(plane, 'two', kubeconfig)];
      for (const auditor of auditors) await auditor.start();
      await leader();
    });

    afterAll(async () => {
      for (const auditor of auditors) await auditor.stop();
    });

    test('publishes one Event within 30 s when a pod leaves a node, and kubectl describe shows it', async () => {
      expect(await events()).toEqual([]);
      await removePod('w3');
      await eventuallyTold([FOUND]);
      const [event] = await events();
      expect(event).toMatchObject({ type: 'Warning', note: expect.stringMatching(/\(w3\).*\[local-policy-unco/) });
      const { stdout } = await running().kubectl(['describe', 'service', '-n', agent.namespace, agent.name]);
      expect(stdout).toMatch(/Warning\s+LocalPolicyUncoveredNodes\s+\S+\s+zonewise\s+internalTrafficPolicy Local/);
    });

    test("reports the finding in the leader's /findings and metrics", async () => {
      const leading = await leader();
      const answer = await leading.findings(`?namespace=${agent.namespace}&level=warn`);
      expect(answer?.items).toMatchObject([{ rule: RULE, object: { kind: 'Service', ...agent }, nodes: ['w3'] }]);
      expect(Date.parse(answer?.items[0]?.since ?? '')).toBeGreaterThan(Date.now() - 60_000);
      const metrics = await leading.metrics();
      expect(metrics).toContain(`zonewise_audit_findings{rule="${RULE}",level="warn"} 1`);
      expect(metrics).toContain('zonewise_audit_events_total{outcome="posted"} 1');
    });

    test('publishes one Event when the finding is resolved', async () => {
      await addPod('w3');
      await eventuallyTold([FOUND, RESOLVED]);
      expect(await (await leader()).findings(`?namespace=${agent.namespace}&level=warn`)).toMatchObject({ items: [] });
    });

    test('repeats no Event after a leader change, and the new leader resolves known findings', async () => {
      await removePod('w2');
      await eventuallyTold([FOUND, RESOLVED, FOUND]);
      const before = await leader();
      await before.stop();
      expect(await leader()).not.toBe(before);
      await pause(LONG_MS);
      expect(await reasons()).toEqual([FOUND, FOUND, RESOLVED]);
      await addPod('w2');
      await eventuallyTold([FOUND, FOUND, RESOLVED, RESOLVED]);
    });

    test('publishes changes from a time without a leader when there is one', async () => {
      for (const auditor of auditors) await auditor.stop();
      await removePod('w1');
      await cluster.endpointsOn(agent, ['w2', 'w3']);
      await auditors[0]?.start();
      await eventuallyTold([FOUND, FOUND, FOUND, RESOLVED, RESOLVED]);
    });

    test('forgets a deleted Service without an Event', async () => {
      const record = async (): Promise<unknown> =>
        running().api.get(`/api/v1/namespaces/${NAMESPACE}/configmaps/zonewise-audit`);
      const key = `"${agent.namespace}/${agent.name}"`;
      expect(await record()).toMatchObject({ data: { published: expect.stringContaining(key), outbox: '[]' } });
      await running().api.remove(`/api/v1/namespaces/${agent.namespace}/services/${agent.name}`);
      await eventually('the record to be empty', record, {
        enough: seen => JSON.stringify(seen).includes('"published":"{}"'),
        timeoutMs: WITHIN_MS,
      });
      expect(await (await leader()).findings(`?namespace=${agent.namespace}`)).toMatchObject({ items: [] });
      expect(await reasons()).toHaveLength(5);
    });

    test('logs no error in the controller', async () => {
      const logs = await Promise.all(auditors.map(auditor => auditor.tail(Number.POSITIVE_INFINITY)));
      const lines = logs.flatMap(log => log.split('\n')).filter(line => line.startsWith('{'));
      expect(lines.length).toBeGreaterThan(0);
      // pino's levels: 50 is error, 60 fatal.
      expect(lines.filter(line => JSON.parse(line).level >= 50)).toEqual([]);
    });
  });
}
