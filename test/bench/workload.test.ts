import { describe, expect, test } from 'vitest';
import type { Operation, Question } from '../../bench/reviews.ts';
import { reviewBody, subjectOf } from '../../bench/reviews.ts';
import { BIG, DAEMON, ENDPOINT_COUNTS, NAMESPACE, SMALL, topologyJson } from '../../bench/topology.ts';
import { admit } from '../../src/admission/admit.ts';
import { Deadline } from '../../src/admission/deadline.ts';
import { assumedFacts } from '../../src/cli/flags/flags.ts';
import { readManifests } from '../../src/cluster/manifests/manifest.ts';
import { ManifestTopology } from '../../src/cluster/manifests/manifest-topology.ts';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { EvaluationCache } from '../../src/engine/evaluation-cache.ts';
import { RULES } from '../../src/rules/index.ts';

const { policy } = DEFAULT_CONFIG;
const topology = topologyOf(SMALL);

test.each([
  ['small', SMALL],
  ['big', BIG],
])('the %s topology is as large as it says, and the Services under review have their endpoints', (_, size) => {
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
  expect(topologyJson(SMALL)).toBe(topologyJson(SMALL));
});

describe.each(['CREATE', 'UPDATE'] as const)('on %s', operation => {
  test.each([
    ['nothing', []],
    ['one', ['local-policy-uncovered-nodes']],
    ['static', ['traffic-distribution-unused']],
  ] as const)('the review called %s fires what it should', async (question, rules) => {
    expect(await rulesOf(question, operation)).toEqual(rules);
  });

  test('the review called many fires five rules', async () => {
    expect(await rulesOf('many', operation)).toHaveLength(5);
  });
});

test.each(ENDPOINT_COUNTS)('a Service of %i endpoints fires one rule', async count => {
  expect(await rulesOf('one', 'UPDATE', `web-${count}`)).toEqual(['local-policy-uncovered-nodes']);
});

interface Item {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly endpoints?: readonly { readonly addresses: readonly string[]; readonly nodeName: string }[];
}

function topologyOf(size: typeof SMALL): ManifestTopology {
  return new ManifestTopology(readManifests({ name: 'small', text: topologyJson(size), strangers: 'refuse' }));
}

async function rulesOf(
  question: Question,
  operation: Operation,
  name = subjectOf(question),
): Promise<readonly string[]> {
  const { request } = JSON.parse(reviewBody({ namespace: NAMESPACE, name, question, operation }).toString());
  const facts = () => assumedFacts({}, policy, Date.now());
  const judge = {
    rules: RULES,
    topology: () => topology,
    facts,
    policy: () => policy,
    pods: null,
    cache: new EvaluationCache(),
  };
  const outcome = await admit(request, judge, new Deadline(30_000, () => 0));
  if (outcome.kind !== 'evaluated') throw new Error(outcome.kind);
  return outcome.evaluation.findings.map(({ rule }) => rule);
}
