import { admit } from '../src/admission/admit.ts';
import { Deadline } from '../src/admission/deadline.ts';
import type { AdmissionRequest } from '../src/admission/review.ts';
import { assumedFacts } from '../src/cli/flags/flags.ts';
import { readManifests } from '../src/cluster/manifests/manifest.ts';
import { ManifestTopology } from '../src/cluster/manifests/manifest-topology.ts';
import { DEFAULT_CONFIG } from '../src/config/config.ts';
import { EvaluationCache } from '../src/engine/evaluation-cache.ts';
import type { Topology } from '../src/model/topology.ts';
import { RULES } from '../src/rules/index.ts';

type Evaluation = Extract<Awaited<ReturnType<typeof admit>>, { readonly kind: 'evaluated' }>['evaluation'];

/** Reads a `kubectl get -o json` list. */
export function topologyFrom(text: string): Topology {
  return new ManifestTopology(readManifests({ name: 'bench', text, unknownDocuments: 'refuse' }));
}

/** Evaluates reviews as the webhook does, with a new cache, without HTTP, JSON and log. */
export function evaluator(topology: Topology): (body: Buffer | string) => () => Promise<Evaluation> {
  const { policy } = DEFAULT_CONFIG;
  const facts = assumedFacts({}, policy, Date.now());
  const environment = {
    rules: RULES,
    topology: () => topology,
    facts: () => facts,
    policy: () => policy,
    pods: null,
    cache: new EvaluationCache(),
  };
  return body => {
    const { request } = JSON.parse(body.toString()) as { readonly request: AdmissionRequest };
    return async () => {
      const outcome = await admit(request, environment, new Deadline(10_000, () => performance.now()));
      if (outcome.kind !== 'evaluated') throw new Error(`not evaluated: ${outcome.kind}`);
      return outcome.evaluation;
    };
  };
}
