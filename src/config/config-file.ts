import { errorMessage, InputError } from '../runtime/errors.ts';
import { watchFiles } from '../runtime/file-watcher.ts';
import type { Config } from './config.ts';
import { parseConfig, readConfigFile } from './config.ts';

export type ConfigEvent =
  | { readonly kind: 'reloaded'; readonly config: Config }
  /** The file is bad or gone: the last good configuration stays. */
  | { readonly kind: 'refused'; readonly error: InputError };

export interface ConfigFileOptions {
  readonly onEvent: (event: ConfigEvent) => void;
  /** Milliseconds between two checks of the file, for changes without a notification. */
  readonly pollIntervalMs?: number;
}

const POLL_INTERVAL_MS = 30_000;

/** Debounce of notifications: one ConfigMap update causes several renames. */
const DEBOUNCE_MS = 100;

/**
 * Watches a configuration file, including files behind a symlink that kubelet swaps. An invalid file is reported once
 * and changes nothing. Throws InputError if the first read fails.
 */
export class ConfigWatcher {
  readonly #file: string;
  readonly #options: ConfigFileOptions;
  readonly #watcher: { stop(): void };
  #text: string;
  #config: Config;

  constructor(file: string, options: ConfigFileOptions) {
    this.#file = file;
    this.#options = options;
    this.#text = readConfigFile(file);
    this.#config = parseConfig(this.#text, file);
    const pollIntervalMs = options.pollIntervalMs ?? POLL_INTERVAL_MS;
    this.#watcher = watchFiles([file], () => this.reload(), { pollIntervalMs, debounceMs: DEBOUNCE_MS });
  }

  /** The last valid configuration. */
  current(): Config {
    return this.#config;
  }

  /** Reads the file now; does nothing if it is unchanged. */
  reload(): void {
    let text: string;
    try {
      text = readConfigFile(this.#file);
    } catch (error) {
      this.#refuse('', error);
      return;
    }
    if (text === this.#text) return;
    try {
      this.#config = parseConfig(text, this.#file);
    } catch (error) {
      this.#refuse(text, error);
      return;
    }
    this.#text = text;
    this.#options.onEvent({ kind: 'reloaded', config: this.#config });
  }

  stop(): void {
    this.#watcher.stop();
  }

  #refuse(text: string, error: unknown): void {
    if (text === this.#text) return;
    this.#text = text;
    const rejected = error instanceof InputError ? error : new InputError(errorMessage(error), { file: this.#file });
    this.#options.onEvent({ kind: 'refused', error: rejected });
  }
}
