import { describe, expect, test } from 'vitest';
import { CASES } from '../../bench/cases.ts';
import { evaluator, topologyFrom } from '../../bench/evaluation.ts';
import type { Operation, ReviewScenario } from '../../bench/reviews.ts';
import { reviewBody, serviceNameOf } from '../../bench/reviews.ts';
import {
  BIG_CLUSTER,
  DAEMON,
  ENDPOINT_COUNTS,
  otherServices,
  SMALL_CLUSTER,
  topologyJson,
} from '../../bench/topology.ts';
import { numbered, templatesOf } from '../../bench/workload.ts';

const topology = topologyFrom(topologyJson(SMALL_CLUSTER));

test.each([
  ['small', SMALL_CLUSTER],
  ['big', BIG_CLUSTER],
])('the %s topology has its nominal size, and the Services under review have their endpoints', (_, size) => {
  const { items } = JSON.parse(topologyJson(size)) as { items: readonly Item[] };
  const slices = items.filter(({ kind }) => kind === 'EndpointSlice');
  const endpoints = (service?: string) =>
    slices
      .filter(({ metadata }) => service === undefined || metadata.labels['kubernetes.io/service-name'] === service)
      .flatMap(slice => slice.endpoints ?? []);
  expect(items.filter(({ kind }) => kind === 'Node')).toHaveLength(size.nodes);
  expect(items.filter(({ kind }) => kind === 'Service')).toHaveLength(size.services);
  expect(endpoints()).toHaveLength(size.endpoints);
  for (const count of ENDPOINT_COUNTS) {
    expect(new Set(endpoints(`web-${count}`).map(({ addresses }) => addresses[0]))).toHaveLength(count);
  }
  expect(new Set(endpoints(DAEMON).map(({ nodeName }) => nodeName))).toHaveLength(size.nodes);
});

test('a topology is the same in every run', () => {
  expect(topologyJson(SMALL_CLUSTER)).toBe(topologyJson(SMALL_CLUSTER));
});

describe.each(['CREATE', 'UPDATE'] as const)('on %s', operation => {
  test.each([
    ['nothing', []],
    ['one', ['local-policy-uncovered-nodes']],
    ['static', ['traffic-distribution-unused']],
  ] as const)('the scenario %s fires its rules', async (scenario, rules) => {
    expect(await rulesOf(scenario, operation)).toEqual(rules);
  });

  test('the scenario many fires five rules', async () => {
    expect(await rulesOf('many', operation)).toHaveLength(5);
  });
});

test.each(ENDPOINT_COUNTS)('a Service of %i endpoints fires one rule', async count => {
  expect(await rulesOf('one', 'UPDATE', `web-${count}`)).toEqual(['local-policy-uncovered-nodes']);
});

const EXPECTED: Readonly<Record<ReviewScenario, number>> = { plain: 0, nothing: 0, static: 1, one: 1, many: 5 };

describe.each(CASES)('the case $id', ({ workload }) => {
  const services = otherServices(SMALL_CLUSTER);
  const templates = templatesOf(workload, services);
  const bodies = Array.from({ length: 2 * services }, (_, n) => numbered(templates(n), n).toString());

  test('causes the findings of its scenario in every review', async () => {
    const evaluate = evaluator(topology);
    const counts = new Set<number>();
    for (const body of bodies) counts.add((await evaluate(body)()).findings.length);
    expect([...counts]).toEqual([EXPECTED[workload.scenario]]);
  });

  test('sends each body once, and as many specs as its title says', () => {
    const specs = bodies.map(body => JSON.stringify(JSON.parse(body).request.object.spec));
    expect(new Set(bodies)).toHaveLength(bodies.length);
    const fresh = bodies.length / 10;
    const expected = {
      services: bodies.length,
      ports: bodies.length,
      uid: 1,
      repeat: 1,
      mix: (services * 9) / 10 + fresh,
    };
    expect(new Set(specs)).toHaveLength(expected[workload.variant]);
  });
});

interface Item {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly endpoints?: readonly { readonly addresses: readonly string[]; readonly nodeName: string }[];
}

async function rulesOf(
  scenario: ReviewScenario,
  operation: Operation,
  name = serviceNameOf(scenario),
): Promise<readonly string[]> {
  const { findings } = await evaluator(topology)(reviewBody({ name, scenario, operation }))();
  return findings.map(({ rule }) => rule);
}
