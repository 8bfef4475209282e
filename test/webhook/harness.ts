import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { ReviewEnvironment } from '../../src/admission/admit.ts';
import type { AdmissionReviewResponse } from '../../src/admission/respond.ts';
import type { AdmissionRequest } from '../../src/admission/review.ts';
import { readManifests } from '../../src/cluster/manifests/manifest.ts';
import { ManifestTopology } from '../../src/cluster/manifests/manifest-topology.ts';
import { EvaluationCache } from '../../src/engine/evaluation-cache.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import { KUBE_PROXY, statedDataPlane } from '../../src/model/data-plane.ts';
import { asObject } from '../../src/model/raw.ts';
import { RULES } from '../../src/rules/index.ts';
import type { WebhookOptions } from '../../src/webhook/app.ts';
import { buildWebhookApp } from '../../src/webhook/app.ts';

export const NOW = Date.parse('2026-06-01T12:00:00Z');
const FOLDER = join(import.meta.dirname, '../reviews');

export interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly request: AdmissionRequest & { readonly object: Record<string, unknown> | null };
}

/** Names of the recorded reviews, in the order in which the API server sent them. */
export const RECORDED: readonly string[] = readdirSync(FOLDER).filter(file => file.endsWith('.json'));

/** A fresh copy of a recorded review. */
export function recorded(name: string): Review {
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Review;
}

/** A recorded CREATE of agent (internalTrafficPolicy Local) with other fields. */
export function reviewOf(change: { spec?: object; metadata?: object; request?: object } = {}): Review {
  const review = recorded('06-validate-create-agent.json');
  const object = asObject(review.request.object);
  const metadata = { ...asObject(object['metadata']), ...change.metadata };
  const spec = { ...asObject(object['spec']), ...change.spec };
  return { ...review, request: { ...review.request, ...change.request, object: { ...object, metadata, spec } } };
}

/** Nodes n1 and n2 in zone a, n3 in zone b. */
export const THREE_NODES = [
  ['n1', 'a'],
  ['n2', 'a'],
  ['n3', 'b'],
].map(
  ([name, zone]) => `
kind: Node
metadata: { name: ${name}, labels: { topology.kubernetes.io/zone: ${zone} } }
status: { allocatable: { cpu: "4" }, conditions: [{ type: Ready, status: "True" }] }`,
);

/** The three nodes; the Services named have endpoints on n1 and n3. */
export function cluster(...services: readonly string[]): ManifestTopology {
  const slices = services.map(
    name => `
kind: EndpointSlice
metadata:
  name: ${name}-1
  labels: { kubernetes.io/service-name: ${name}, endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io }
addressType: IPv4
ports: [{ port: 8080 }]
endpoints:
  - { addresses: [10.1.1.1], nodeName: n1, conditions: { ready: true } }
  - { addresses: [10.1.3.1], nodeName: n3, conditions: { ready: true } }`,
  );
  const text = [...THREE_NODES, ...slices].join('\n---');
  return new ManifestTopology(readManifests({ name: 'cluster', text, unknownDocuments: 'refuse' }));
}

export function reviewEnvironment(over: Partial<ReviewEnvironment> = {}): ReviewEnvironment {
  const topology = cluster('agent', 'web', 'edge');
  const facts = { version: { minor: 37 }, dataPlanes: statedDataPlane(KUBE_PROXY), now: NOW, topologyAgeSeconds: 0 };
  return {
    rules: RULES,
    topology: () => topology,
    facts: () => facts,
    policy: () => DEFAULT_POLICY,
    pods: null,
    cache: new EvaluationCache(),
    ...over,
  };
}

/** Log and metrics follow the responses by at most two iterations of the event loop. */
export async function allTold(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await endOfTurn();
}

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface Webhook {
  readonly app: FastifyInstance;
  /** The lines so far. */
  readonly log: readonly LogLine[];
  send(path: string, body: unknown): Promise<{ status: number; text: string; answer: AdmissionReviewResponse }>;
}

/** The webhook app without a listener; closed when the test ends. A body that is not a string is sent as JSON. */
export async function webhook(
  over: Partial<ReviewEnvironment> = {},
  options: Partial<WebhookOptions> = {},
): Promise<Webhook> {
  const log: LogLine[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void log.push(JSON.parse(line) as LogLine) });
  const app = await buildWebhookApp({ environment: reviewEnvironment(over), log: logger, tls: null, ...options });
  onTestFinished(() => app.close());
  return {
    app,
    log,
    send: async (url, body) => {
      const payload = typeof body === 'string' ? body : JSON.stringify(body);
      const { statusCode, body: text } = await app.inject({
        method: 'POST',
        url,
        headers: { 'content-type': 'application/json' },
        payload,
      });
      await allTold();
      return { status: statusCode, text, answer: JSON.parse(text) as AdmissionReviewResponse };
    },
  };
}
