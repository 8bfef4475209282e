import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ReviewEnvironment } from '../../src/admission/admit.ts';
import type { FoundPods } from '../../src/admission/pending-endpoints.ts';
import { parseConfig } from '../../src/config/config.ts';
import { UNDECIDED_BECAUSE } from '../../src/engine/undecided.ts';
import type { ClusterFacts } from '../../src/model/topology.ts';
import { RULES } from '../../src/rules/index.ts';
import { WorkLimitExceeded } from '../../src/topology/work-budget.ts';
import { dataPlanes } from '../support/builders.ts';
import { cluster, NOW, reviewEnvironment, reviewOf, webhook } from '../webhook/harness.ts';

const RULE = 'local-policy-uncovered-nodes';
const SECURITY = readFileSync(join(import.meta.dirname, '../../SECURITY.md'), 'utf8');

interface Row {
  readonly reason: string;
  readonly byDefault: string;
  readonly strict: string;
}

const ROWS: readonly Row[] =
  (SECURITY.split('## What an undecided review does')[1] ?? '')
    .split('\n## ')[0]
    ?.split('\n')
    .filter(line => /^\| [A-Z]/.test(line))
    .map(line => {
      const [, , reason = '', byDefault = '', strict = ''] = line.split('|').map(cell => cell.trim());
      return { reason: reason.replaceAll('`', ''), byDefault, strict };
    }) ?? [];

interface UndecidedCase {
  readonly environment: Partial<ReviewEnvironment>;
  readonly rule?: string;
  readonly url?: string;
  readonly ports?: number;
}

const facts = (over: Partial<ClusterFacts>) => ({ facts: () => ({ ...reviewEnvironment().facts(), ...over }) });
const pods = (found: FoundPods) => ({ pods: { find: async () => found } });
const throwing = (error: Error) => ({
  rules: RULES.filter(({ id }) => id === RULE).map(rule => ({
    ...rule,
    // biome-ignore lint/correctness/useYield: it throws before its first finding
    *check() {
      throw error;
    },
  })),
});
const YOUNG = {
  namespace: 'default',
  name: 'agent',
  labels: { app: 'agent' },
  nodeName: 'n1',
  phase: 'Running',
  ready: true,
  terminating: false,
  expectedGoneAt: null,
  unschedulable: false,
  createdAt: NOW - 1000,
  controllerKind: 'DaemonSet',
  ips: ['10.1.9.9'],
  ports: [],
};

const UNDECIDED_CASES: Readonly<Record<string, UndecidedCase>> = {
  'stale-topology': { environment: facts({ topologyAgeSeconds: 301 }) },
  'no-nodes': { environment: { topology: () => ({ ...delegate(), nodes: () => [] }) } },
  'pods-unavailable': { environment: pods({ kind: 'gave-up', why: 'the pod list took longer than 300 ms' }) },
  'pods-pending': { environment: pods({ kind: 'pods', pods: [YOUNG] }) },
  deadline: { environment: {}, url: '/validate?timeout=0s' },
  'work-limit': { environment: throwing(new WorkLimitExceeded('work-limit')) },
  'too-large': { environment: {}, ports: 60_000 },
  'unknown-data-plane': { environment: facts({ dataPlanes: dataPlanes('other') }) },
  'unknown-version': { environment: facts({ version: { minor: 99 } }), rule: 'unsupported-value' },
  'internal-error': { environment: throwing(new Error('out of order')) },
};

const manyPorts = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `p${i}`, protocol: 'TCP', port: i + 1 }));

/** The cluster of the harness as an object whose methods can be replaced. */
function delegate() {
  const topology = cluster('agent');
  return {
    nodes: () => topology.nodes(),
    node: (name: string) => topology.node(name),
    services: () => topology.services(),
    service: (namespace: string, name: string) => topology.service(namespace, name),
    slices: (namespace: string, name: string) => topology.slices(namespace, name),
    workloads: (namespace: string) => topology.workloads(namespace),
    namespaceLabels: (namespace: string) => topology.namespaceLabels(namespace),
  };
}

async function review({ environment, rule = RULE, url = '/validate', ports }: UndecidedCase, undecided: string) {
  const rules = `rules: { ${rule}: { level: deny, undecided: ${undecided} } }`;
  const { policy } = parseConfig(`apiVersion: zonewise.dev/v1alpha1\nkind: Config\n${rules}\n`, 'test');
  const { send, log } = await webhook({ ...environment, policy: () => policy });
  const { response } = (await send(url, reviewOf(ports ? { spec: { ports: manyPorts(ports) } } : {}))).answer;
  return { response, logged: log.find(({ msg }) => msg === 'review')?.['undecided'] };
}

test('without an obstacle the Service of these tests is denied, and nothing is undecided', async () => {
  const { response, logged } = await review({ environment: {} }, 'allow');
  expect([response.allowed, logged]).toEqual([false, undefined]);
});

test('the table of SECURITY.md has every reason', () => {
  const reasons = ROWS.map(({ reason }) => reason).filter(reason => reason !== 'none');
  expect(reasons.toSorted()).toEqual(Object.keys(UNDECIDED_BECAUSE).toSorted());
  expect(reasons.toSorted()).toEqual(Object.keys(UNDECIDED_CASES).toSorted());
});

describe.each(ROWS.filter(({ reason }) => reason !== 'none'))('$reason', ({ reason, byDefault, strict }) => {
  const undecidedCase = UNDECIDED_CASES[reason] ?? { environment: {} };
  const text = `agent: not evaluated because ${UNDECIDED_BECAUSE[reason as keyof typeof UNDECIDED_BECAUSE]}: ${undecidedCase.rule ?? RULE}`;

  test(`undecided: allow is ${byDefault}`, async () => {
    expect(byDefault).toBe('allowed, warning');
    const { response, logged } = await review(undecidedCase, 'allow');
    expect(response).toMatchObject({ allowed: true, warnings: expect.arrayContaining([text]) });
    expect(logged).toEqual([{ rule: undecidedCase.rule ?? RULE, reason }]);
  });

  test(`undecided: deny is ${strict}`, async () => {
    expect(strict).toBe('denied');
    const { response } = await review(undecidedCase, 'deny');
    expect(response).toMatchObject({ allowed: false, status: { message: `${text}; try again later` } });
  });
});

test.each([
  ['no endpoints and no Pods', pods({ kind: 'pods', pods: [] })],
  ['a data plane that does not obey hints', facts({ dataPlanes: dataPlanes('cilium') }), 'zone-without-endpoints'],
])('%s is not undecided', async (_what, environment, rule = RULE) => {
  expect(await review({ environment, rule }, 'deny')).toMatchObject({ response: { allowed: true }, logged: undefined });
});
