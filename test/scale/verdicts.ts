import { Pool } from 'undici';
import { admit, type ReviewEnvironment } from '../../src/admission/admit.ts';
import { Deadline } from '../../src/admission/deadline.ts';
import { respond } from '../../src/admission/respond.ts';
import { parseReview } from '../../src/admission/review.ts';
import { parseConfig } from '../../src/config/config.ts';
import { EvaluationCache } from '../../src/engine/evaluation-cache.ts';
import { ASSUMED_KUBE_PROXY } from '../../src/model/data-plane.ts';
import type { Topology } from '../../src/model/topology.ts';
import { NEWEST_KNOWN_MINOR } from '../../src/model/version.ts';
import { RULES } from '../../src/rules/index.ts';
import { eventually } from '../e2e/waiting.ts';
import type { KubeObject } from './objects.ts';
import { CONFIG, type Serving } from './serving.ts';

/** The result for one Service: `rules` names all rules with findings, `warnings` are the first messages. */
export interface Verdict {
  readonly service: string;
  readonly allowed: boolean;
  readonly warnings: readonly string[];
  readonly rules: readonly string[];
}

const AT_ONCE = 4;

/** Sends a review of each Service to the serving process, as the API server does for an apply without changes. */
export async function verdictsOf(serving: Serving, ca: string, services: readonly KubeObject[]): Promise<Verdict[]> {
  const pool = new Pool(serving.url, { connections: AT_ONCE, connect: { ca } });
  const answers = new Map<string, { readonly allowed: boolean; readonly warnings: readonly string[] }>();
  const from = serving.log.length;
  const queue = services.values();
  const work = async (): Promise<void> => {
    for (const service of queue) answers.set(keyOf(service), await requestVerdict(pool, service));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await pool.close();
  await eventually('a log line for each', async () => serving.log.length - from, { enough: n => n >= services.length });
  const rules = new Map(serving.log.slice(from).map(({ namespace, name, rules }) => [`${namespace}/${name}`, rules]));
  return services.map(keyOf).map(service => ({
    service,
    allowed: answers.get(service)?.allowed ?? false,
    warnings: answers.get(service)?.warnings ?? [],
    rules: (rules.get(service) ?? []) as readonly string[],
  }));
}

async function requestVerdict(pool: Pool, service: KubeObject) {
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: '/validate?timeout=10s',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(reviewOf(service)),
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`/validate answered ${statusCode}: ${text.slice(0, 500)}`);
  const { response } = JSON.parse(text) as { response: { allowed: boolean; warnings?: readonly string[] } };
  return { allowed: response.allowed, warnings: response.warnings ?? [] };
}

/** The environment of the serving process, with another topology and without Pod lookups. */
export function environmentFor(topology: Topology): Omit<ReviewEnvironment, 'cache'> {
  const { policy } = parseConfig(CONFIG, 'config.yaml');
  const facts = () => ({
    version: { minor: NEWEST_KNOWN_MINOR },
    dataPlanes: ASSUMED_KUBE_PROXY,
    now: Date.now(),
    topologyAgeSeconds: 0,
  });
  const pods = { find: async () => ({ kind: 'gave-up', why: 'forbidden' }) as const };
  return { rules: RULES, topology: () => topology, facts, policy: () => policy, pods };
}

/** The same reviews, evaluated here from scratch. */
export async function verdictsFromScratch(
  environment: Omit<ReviewEnvironment, 'cache'>,
  services: readonly KubeObject[],
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const service of services) {
    const request = parseReview(reviewOf(service));
    const outcome = await admit(
      request,
      { ...environment, cache: new EvaluationCache() },
      new Deadline(60_000, () => performance.now()),
    );
    if (outcome.kind !== 'evaluated') throw new Error(`${keyOf(service)} was not evaluated: ${outcome.kind}`);
    const { findings } = outcome.evaluation;
    const { allowed, warnings = [] } = respond(request.uid, outcome.evaluation).response;
    verdicts.push({
      service: keyOf(service),
      allowed,
      warnings,
      rules: [...new Set(findings.map(({ rule }) => rule))],
    });
  }
  return verdicts;
}

function reviewOf(object: KubeObject): object {
  const { namespace, name } = object.metadata;
  const request = {
    uid: `${namespace}/${name}`,
    kind: { group: '', version: 'v1', kind: 'Service' },
    resource: { group: '', version: 'v1', resource: 'services' },
    operation: 'UPDATE',
    namespace,
    name,
    object,
    oldObject: object,
  };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}
