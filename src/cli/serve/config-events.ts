import type { FastifyBaseLogger } from 'fastify';
import type { Config, ServingConfig } from '../../config/config.ts';
import { type ConfigSource, watchConfig } from '../../config/config-source.ts';
import type { Metrics } from '../../serving/metrics.ts';

/** Watches --config and reports each change in log and metrics. Throws InputError if the first read fails. */
export function watchServerConfig(
  file: string | undefined,
  { log, metrics }: { readonly log: FastifyBaseLogger; readonly metrics: Metrics },
): ConfigSource {
  const source = watchConfig(file, event => {
    metrics.configCurrent.set(event.kind === 'reloaded' ? 1 : 0);
    switch (event.kind) {
      case 'reloaded':
        metrics.configReloads.inc();
        if (needsRestart(started, event.config))
          log.warn('serving.maxConcurrent, clientCA and clientNames change at a restart');
        return log.info({ file }, 'configuration reloaded');
      case 'refused':
        metrics.configReloadFailures.inc();
        return log.error({ error: event.error.message }, 'configuration refused, the last good one stays in use');
      default:
        return event satisfies never;
    }
  });
  const started = source.current();
  return source;
}

function needsRestart({ serving: then }: Config, { serving: now }: Config): boolean {
  const startSettings = ({ maxConcurrent, clientCA, clientNames }: ServingConfig) =>
    JSON.stringify([maxConcurrent, clientCA, clientNames]);
  return startSettings(then) !== startSettings(now);
}
