import { describe, expect, test } from 'vitest';
import { check } from '../../src/cli/check.ts';
import type { LocatedFinding } from '../../src/report/result.ts';
import { file, run } from './terminal.ts';

const NODES = ['n1', 'n2', 'n3']
  .map(
    name => `kind: Node
metadata: { name: ${name}, labels: { topology.kubernetes.io/zone: ${name === 'n3' ? 'b' : 'a'} } }
status: { allocatable: { cpu: "4" }, conditions: [{ type: Ready, status: "True" }] }
`,
  )
  .join('---\n');
const RULE = 'local-policy-uncovered-nodes';

const service = (spec: string) =>
  `---\nkind: Service\nmetadata: { name: agent }\nspec: { ports: [{ port: 80 }], selector: { app: agent }, ${spec} }\n`;
const LOCAL = service('internalTrafficPolicy: Local');
const CLUSTER = service('internalTrafficPolicy: Cluster');

const slice = (nodes: readonly string[]) => `---
kind: EndpointSlice
metadata:
  name: agent-1
  labels: { kubernetes.io/service-name: agent, endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io }
addressType: IPv4
ports: [{ port: 80 }]
endpoints:
${nodes.map((node, i) => `  - { addresses: [10.1.0.${i + 1}], nodeName: ${node}, conditions: { ready: true } }\n`).join('')}`;

const pods = (app: string, nodes: readonly string[]) =>
  nodes
    .map(
      node => `---
kind: Pod
metadata: { name: ${app}-${node}, labels: { app: ${app} } }
spec: { nodeName: ${node} }
status: { phase: Running, podIP: 10.9.0.${node.slice(1)}, conditions: [{ type: Ready, status: "True" }] }
`,
    )
    .join('');

describe('evaluates a Service that is not in the topology as a CREATE', () => {
  test('with its slices in the topology', async () => {
    const [finding] = await findings(LOCAL, NODES + slice(['n1', 'n3']));
    expect(finding).toMatchObject({ rule: RULE, nodes: ['n2'] });
    expect(finding?.message).toMatch(/^internalTrafficPolicy Local: 1 of 3 nodes .*\(n2\)/);
  });

  test('with its Pods if there are no slices', async () => {
    expect(await findings(LOCAL, NODES + pods('agent', ['n1']))).toMatchObject([{ rule: RULE, nodes: ['n2', 'n3'] }]);
    expect(await findings(LOCAL, NODES + pods('agent', ['n1', 'n2', 'n3']))).toEqual([]);
  });

  test('and reports topology rules as skipped without slices and Pods', async () => {
    const { findings: found, skipped } = await report(LOCAL, NODES);
    expect(found).toEqual([]);
    expect(skipped).toContainEqual(expect.objectContaining({ rule: RULE, why: 'no endpoints yet' }));
  });
});

describe('evaluates a Service that is in the topology as an UPDATE', () => {
  test('lists introduced findings first', async () => {
    const [finding] = await findings(LOCAL, NODES + CLUSTER + slice(['n1', 'n3']));
    expect(finding).toMatchObject({ rule: RULE, introduced: true });
    expect(finding?.message).toMatch(/^this change makes 1 of 3 nodes lose traffic \(n2\)/);
  });

  test('does not mark existing findings as introduced', async () => {
    const [finding] = await findings(LOCAL, NODES + LOCAL + slice(['n1', 'n3']));
    expect(finding).toMatchObject({ rule: RULE, introduced: false });
    expect(finding?.message).toMatch(/^internalTrafficPolicy Local: 1 of 3/);
  });

  test('uses the Service of the manifest', async () => {
    expect(await findings(CLUSTER, NODES + LOCAL + slice(['n1']))).toEqual([]);
  });

  test('does not match a Service of another namespace', async () => {
    const elsewhere = CLUSTER.replace('name: agent', 'name: agent, namespace: other');
    expect(await findings(LOCAL, NODES + elsewhere + slice(['n1', 'n3']))).toMatchObject([{ introduced: true }]);
  });

  test('uses the Pods of a changed selector instead of the slices', async () => {
    const other = CLUSTER.replace('app: agent', 'app: old');
    const everywhere = pods('agent', ['n1', 'n2', 'n3']);
    expect(await findings(LOCAL, NODES + other + slice(['n1']) + everywhere)).toEqual([]);
    const { skipped } = await report(LOCAL, NODES + other + slice(['n1']));
    expect(skipped).toContainEqual(expect.objectContaining({ rule: RULE, why: 'no endpoints yet' }));
  });
});

test('reports only the Services of the manifests', async () => {
  const bad = LOCAL.replace('name: agent', 'name: other');
  const { findings: found, skipped } = await report(CLUSTER, NODES + bad + slice(['n1']));
  expect([...found, ...skipped].filter(({ object }) => object.name !== 'agent')).toEqual([]);
});

test('uses Nodes, slices and Pods of the manifests as context', async () => {
  const { out } = await run(check, [file(NODES + slice(['n1', 'n3']) + LOCAL), '-o', 'json']);
  expect(JSON.parse(out).findings).toMatchObject([{ rule: RULE, nodes: ['n2'], object: { name: 'agent' } }]);
});

test('merges several topologies into one cluster; the later object wins', async () => {
  const args = [
    '--topology',
    file(NODES),
    '--topology',
    file(slice(['n1'])),
    '--topology',
    file(slice(['n1', 'n2', 'n3'])),
  ];
  const { out } = await run(check, [file(LOCAL), ...args, '-o', 'json']);
  expect(JSON.parse(out).findings).toEqual([]);
});

test('reads a topology from standard input', async () => {
  const args = [file(LOCAL), '--topology', '-', '-o', 'json'];
  const { out } = await run(check, args, { stdin: NODES + slice(['n1', 'n3']) });
  expect(JSON.parse(out).findings).toMatchObject([{ nodes: ['n2'] }]);
});

interface Report {
  readonly findings: readonly LocatedFinding[];
  readonly skipped: readonly { readonly rule: string; readonly object: { readonly name: string } }[];
}

async function report(given: string, topology: string): Promise<Report> {
  const { out } = await run(check, [file(given), '--topology', file(topology, 'cluster.yaml'), '-o', 'json']);
  return JSON.parse(out) as Report;
}

async function findings(given: string, topology: string): Promise<readonly LocatedFinding[]> {
  return (await report(given, topology)).findings;
}

describe('says why no Nodes are known', () => {
  const skipped = async (...args: string[]) => {
    const { out } = await run(check, [file(LOCAL), ...args, '-o', 'json']);
    return JSON.parse(out).skipped.find(({ rule }: { rule: string }) => rule === RULE).why;
  };

  test('without a topology', async () => {
    expect(await skipped()).toBe('no Nodes are known: give them with --topology');
  });

  test('with a topology that has none', async () => {
    expect(await skipped('--topology', file(CLUSTER + slice(['n1'])))).toBe('the topology given has no Nodes');
  });
});
