import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import type { Judge } from '../admission/admit.ts';
import { trafficFieldViolations } from '../admission/violations.ts';
import type { Topology } from '../model/topology.ts';
import { buildWebhookApp } from './app.ts';

/** After some rounds V8 has compiled what a review runs through; more than this no longer shows. */
const ROUNDS = 20;

/** A very large cluster makes rounds long; nobody waits longer for this. */
const LONGEST_MILLIS = 1_000;

/**
 * Pays in advance what the first review would pay for: the schema of the cluster's version, and code that has never run.
 * Goes through an app of its own that logs and counts nothing, and asks nobody for Pods.
 */
export async function warmUp(judge: Judge): Promise<void> {
  const payload = reviewOf(knownService(judge.topology()));
  trafficFieldViolations(payload.request.object, judge.facts().version.minor);
  const end = performance.now() + LONGEST_MILLIS;
  const app = await buildWebhookApp({ judge: { ...judge, pods: null }, log: pino({ level: 'silent' }), tls: null });
  try {
    for (let round = 0; round < ROUNDS && performance.now() < end; round++) {
      for (const url of ['/validate?timeout=30s', '/mutate?timeout=30s']) {
        const { statusCode, body } = await app.inject({ method: 'POST', url, payload });
        if (statusCode !== 200) throw new Error(`a review to warm up was answered ${statusCode}: ${body}`);
      }
      // Watches and probes are not to wait for all rounds.
      await setImmediate();
    }
  } finally {
    await app.close();
  }
}

interface Named {
  readonly namespace: string;
  readonly name: string;
}

const NAMELESS: Named = { namespace: 'default', name: 'zonewise-warm-up' };

/** One that has endpoints, so that the rules about them have something to look at, and not thousands of them. */
function knownService(topology: Topology): Named {
  const slicesOf = ({ namespace, name }: Named) => topology.slices(namespace, name).length;
  const services = topology.services();
  return (
    services.find(service => slicesOf(service) === 1) ?? services.find(service => slicesOf(service) > 0) ?? NAMELESS
  );
}

function reviewOf({ namespace, name }: Named) {
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
