import type { Config } from './config.ts';
import { DEFAULT_CONFIG } from './config.ts';
import { type ConfigEvent, ConfigWatcher } from './config-file.ts';

/** The configuration in use: the last good one if the file has become unusable. */
export interface ConfigSource {
  current(): Config;
  stop(): void;
}

/** Watches the file; without one the default configuration applies. Throws InputError if the first read fails. */
export function watchConfig(file: string | undefined, onEvent: (event: ConfigEvent) => void): ConfigSource {
  if (file === undefined) return { current: () => DEFAULT_CONFIG, stop: () => {} };
  return new ConfigWatcher(file, { onEvent });
}
