import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import type { ReviewEnvironment } from '../admission/admit.ts';
import { trafficFieldViolations } from '../admission/violations.ts';
import type { Topology } from '../model/topology.ts';
import { buildWebhookApp } from './app.ts';

/** V8 has compiled the review path by then; more rounds have no measurable effect. */
const MAX_ROUNDS = 20;

/** Rounds are slow in very large clusters. */
const MAX_WARM_UP_MS = 1_000;

/**
 * Compiles the schema of the cluster's version and the code of the review path before the first review. It uses a separate
 * app without log, metrics and Pod lookups.
 */
export async function warmUp(environment: ReviewEnvironment): Promise<void> {
  const payload = reviewOf(typicalService(environment.topology()));
  trafficFieldViolations(payload.request.object, environment.facts().version.minor);
  const end = performance.now() + MAX_WARM_UP_MS;
  const app = await buildWebhookApp({
    environment: { ...environment, pods: null },
    log: pino({ level: 'silent' }),
    tls: null,
  });
  try {
    for (let round = 0; round < MAX_ROUNDS && performance.now() < end; round++) {
      for (const url of ['/validate?timeout=30s', '/mutate?timeout=30s']) {
        const { statusCode, body } = await app.inject({ method: 'POST', url, payload });
        if (statusCode !== 200) throw new Error(`a review to warm up was answered ${statusCode}: ${body}`);
      }
      // Lets watches and probes run between rounds.
      await setImmediate();
    }
  } finally {
    await app.close();
  }
}

interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

const FALLBACK_SERVICE: ServiceName = { namespace: 'default', name: 'zonewise-warm-up' };

/** A Service with endpoints, so that rules about endpoints run, but preferably not with thousands of them. */
function typicalService(topology: Topology): ServiceName {
  const slicesOf = ({ namespace, name }: ServiceName) => topology.slices(namespace, name).length;
  const services = topology.services();
  return (
    services.find(service => slicesOf(service) === 1) ??
    services.find(service => slicesOf(service) > 0) ??
    FALLBACK_SERVICE
  );
}

function reviewOf({ namespace, name }: ServiceName) {
  const object = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, annotations: { 'service.kubernetes.io/topology-mode': 'Auto' } },
    spec: {
      type: 'LoadBalancer',
      clusterIP: '10.0.0.1',
      selector: { app: name },
      ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
      internalTrafficPolicy: 'Local',
      externalTrafficPolicy: 'Local',
      trafficDistribution: 'PreferClose',
    },
  };
  const request = {
    uid: 'warm-up',
    kind: { group: '', version: 'v1', kind: 'Service' },
    resource: { group: '', version: 'v1', resource: 'services' },
    operation: 'UPDATE',
    namespace,
    name,
    dryRun: true,
    object,
    oldObject: object,
  };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
}
