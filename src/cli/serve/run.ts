import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { ReviewEnvironment } from '../../admission/admit.ts';
import type { WorkloadEnvironment } from '../../admission/workloads/admit-change.ts';
import type { ConfigSource } from '../../config/config-source.ts';
import { EvaluationCache } from '../../engine/evaluation-cache.ts';
import { waitForStopSignal } from '../../runtime/stop-signals.ts';
import { TimeSlicer } from '../../runtime/time-slice.ts';
import { CAPACITY } from '../../serving/limits.ts';
import type { Metrics } from '../../serving/metrics.ts';
import type { Readiness } from '../../serving/ops-app.ts';
import { startWebhookServer } from '../../webhook/server.ts';
import { warmUp } from '../../webhook/warm-up.ts';
import type { Terminal } from '../command.ts';
import { toListenError, wildcardAddress } from '../flags/ports.ts';
import type { TlsPaths } from '../flags/tls-flags.ts';
import { sampleCurlCommand } from '../sample.ts';
import { openServingCertificate } from './certificate.ts';
import type { ReviewSource } from './review-source.ts';

export interface ServeOptions {
  readonly source: ReviewSource;
  readonly config: ConfigSource;
  readonly pair: TlsPaths | null;
  readonly ports: { readonly port: number; readonly opsPort: number };
  readonly log: FastifyBaseLogger;
  readonly metrics: Metrics;
  readonly terminal: Terminal;
}

/** Serves reviews until a stop signal, then drains. */
export async function runServer(serving: ServeOptions): Promise<void> {
  const { source, config, pair, ports, log, metrics } = serving;
  const { clientCA, clientNames, maxConcurrent } = config.current().serving;
  const certificate = await openServingCertificate(pair && { ...pair, clientCA: clientCA || null }, { log, metrics });
  const warmth = await startWarmUp(source, log);
  const readiness = () => readinessOf([...source.readiness().waitingFor, ...certificate.waitingFor(), ...warmth()]);
  const listening = startWebhookServer({
    environment: source.environment,
    workloads: config.current().workloads.enabled ? workloadEnvironment(source.environment, config) : null,
    log,
    metrics,
    readiness,
    tls: certificate.tls,
    clientNames: pair && clientCA !== '' ? clientNames : null,
    host: pair ? wildcardAddress() : '127.0.0.1',
    ...ports,
    capacity: { ...CAPACITY, maxConcurrentReviews: maxConcurrent },
  });
  const server = await listening.catch(cause => {
    certificate.stop();
    throw toListenError(cause, { port: ports.port, 'ops-port': ports.opsPort });
  });
  certificate.onChange(server.useTls);
  log.info({ port: server.webhookPort, opsPort: server.opsPort, topology: source.name }, 'serving');
  // Without a certificate no request is answered yet.
  if (source.sample && certificate.waitingFor().length === 0)
    serving.terminal.err(sampleCurlCommand(server.webhookPort));
  const signal = await waitForStopSignal(log);
  // A server that is not ready, or has no cluster, gets no reviews that a delay would serve.
  const delayMs = pair && readiness().ready ? config.current().serving.drainDelayMs : 0;
  log.info({ signal, delayMs }, 'draining');
  server.startDraining();
  await pause(delayMs);
  await server.close();
  certificate.stop();
  log.info('ended');
}

function workloadEnvironment(
  { pods: _, ...environment }: ReviewEnvironment,
  config: ConfigSource,
): WorkloadEnvironment {
  const denies = () => config.current().workloads.deny;
  return { ...environment, denies, cache: new EvaluationCache(), slicer: new TimeSlicer() };
}

/** Returns the pending warm-up as a readiness condition. With a known cluster it is complete when this resolves. */
async function startWarmUp(
  { environment, whenReady, readiness }: ReviewSource,
  log: FastifyBaseLogger,
): Promise<() => string[]> {
  let warm = false;
  const start = async () => {
    // After a failure the first reviews are slower.
    await warmUp(environment).catch(error => log.warn({ err: error }, 'warming up failed'));
    warm = true;
  };
  // Rejects if the source is stopped before.
  const warming = whenReady.then(start, () => {});
  if (readiness().ready) await warming;
  return () => (warm ? [] : ['warm-up']);
}

function readinessOf(waitingFor: readonly string[]): Readiness {
  return { ready: waitingFor.length === 0, waitingFor };
}
