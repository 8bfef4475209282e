// The judgement alone, without HTTP, JSON and log: what grows with a Service's endpoints and with the nodes. A process of its
// own, so that it can be pinned. Arguments: rounds, milliseconds a sample, topology files. Prints JSON.

import type { Judge } from '../src/admission/admit.ts';
import { admit } from '../src/admission/admit.ts';
import { Deadline } from '../src/admission/deadline.ts';
import type { AdmissionRequest } from '../src/admission/review.ts';
import { readTopology } from '../src/cli/connect/manifest-files.ts';
import { assumedFacts } from '../src/cli/flags/flags.ts';
import { ManifestTopology } from '../src/cluster/manifests/manifest-topology.ts';
import { DEFAULT_CONFIG } from '../src/config/config.ts';
import { EvaluationCache } from '../src/engine/evaluation-cache.ts';
import type { Topology } from '../src/model/topology.ts';
import { RULES } from '../src/rules/index.ts';
import type { ChangeKind } from './changing-topology.ts';
import { CHANGES, ChangingTopology } from './changing-topology.ts';
import type { Result } from './result.ts';
import { reviewBody } from './reviews.ts';
import { spreadOf } from './statistics.ts';
import { ENDPOINT_COUNTS, NAMESPACE } from './topology.ts';

interface Trial {
  readonly nodes: number;
  readonly endpoints: number;
  readonly changed: ChangeKind;
  readonly micros: number[];
  /** Judges one review after what is to change has changed; microseconds of the judgement. */
  readonly judgeOnce: () => Promise<number>;
}

const [rounds = '', sampleMillis = '', ...files] = process.argv.slice(2);
const trials: Trial[] = [];
for (const file of files) trials.push(...trialsOf(new ManifestTopology(await readTopology([file], async () => ''))));
// The first time round everything is slower; it does not count.
for (const trial of trials) await sample(trial, Number(sampleMillis));
for (let round = 0; round < Number(rounds); round++) {
  for (const trial of trials) trial.micros.push(await sample(trial, Number(sampleMillis)));
}
const result: Result['engine'] = trials.map(({ nodes, endpoints, changed, micros }) => ({
  nodes,
  endpoints,
  changed,
  micros: spreadOf(micros),
}));
process.stdout.write(JSON.stringify(result));

function trialsOf(topology: Topology): readonly Trial[] {
  return CHANGES.flatMap(changed =>
    ENDPOINT_COUNTS.map(endpoints => ({
      nodes: topology.nodes().length,
      endpoints,
      changed,
      micros: [],
      judgeOnce: judging(topology, `web-${endpoints}`, changed),
    })),
  );
}

function judging(base: Topology, name: string, changed: ChangeKind): () => Promise<number> {
  const { request } = JSON.parse(reviewBody({ name, question: 'one', operation: 'UPDATE' }).toString());
  const topology = new ChangingTopology(base, { namespace: NAMESPACE, name });
  const { policy } = DEFAULT_CONFIG;
  const facts = assumedFacts({}, policy, Date.now());
  const judge: Judge = {
    rules: RULES,
    topology: () => topology,
    facts: () => facts,
    policy: () => policy,
    pods: null,
    cache: new EvaluationCache(),
  };
  const clock = () => performance.now();
  return async () => {
    topology.change(changed);
    const began = performance.now();
    const outcome = await admit(request as AdmissionRequest, judge, new Deadline(10_000, clock));
    const micros = (performance.now() - began) * 1000;
    if (outcome.kind !== 'evaluated' || outcome.evaluation.findings.length !== 1) {
      throw new Error(`${name}: expected one finding, got ${JSON.stringify(outcome)}`);
    }
    return micros;
  };
}

/** The median of as many judgements as fit, at least three: what another process takes of the core must not count. */
async function sample({ judgeOnce }: Trial, millis: number): Promise<number> {
  const end = performance.now() + millis;
  const micros: number[] = [];
  while (micros.length < 3 || performance.now() < end) micros.push(await judgeOnce());
  return spreadOf(micros).median;
}
