import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../../config/config.ts';
import { DEFAULT_CONFIG } from '../../config/config.ts';
import { ConfigFile } from '../../config/config-file.ts';
import type { Metrics } from '../../serving/metrics.ts';

/** The configuration in use; the last good one where the file has become unusable. */
export interface ConfigSource {
  current(): Config;
  stop(): void;
}

/** Follows --config; without it everything is as by default. Throws InputError where the first reading fails. */
export function openConfig(
  file: string | undefined,
  { log, metrics }: { readonly log: FastifyBaseLogger; readonly metrics: Metrics },
): ConfigSource {
  if (file === undefined) return { current: () => DEFAULT_CONFIG, stop: () => {} };
  const config = new ConfigFile(file, {
    onEvent(event) {
      metrics.configCurrent.set(event.kind === 'reloaded' ? 1 : 0);
      switch (event.kind) {
        case 'reloaded':
          metrics.configReloads.inc();
          if (needsRestart(started, event.config)) log.warn('serving.maxConcurrent and clientCA change at a restart');
          return log.info({ file }, 'configuration reloaded');
        case 'refused':
          metrics.configReloadFailures.inc();
          return log.error({ error: event.error.message }, 'configuration refused, the last good one stays in use');
        default:
          return event satisfies never;
      }
    },
  });
  const started = config.current();
  return config;
}

function needsRestart({ serving: then }: Config, { serving: now }: Config): boolean {
  return then.maxConcurrent !== now.maxConcurrent || then.clientCA !== now.clientCA;
}
