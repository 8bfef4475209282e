import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { InputError, messageOf } from '../runtime/errors.ts';
import type { Config } from './config.ts';
import { parseConfig } from './config.ts';

export type ConfigEvent =
  | { readonly kind: 'reloaded'; readonly config: Config }
  /** The file is bad or gone: the last good configuration stays. */
  | { readonly kind: 'refused'; readonly error: InputError };

export interface ConfigFileOptions {
  readonly onEvent: (event: ConfigEvent) => void;
  /** Milliseconds between two checks of the file, for changes without a notification. */
  readonly pollMillis?: number;
}

const POLL_MILLIS = 30_000;

/** Debounce of notifications: one ConfigMap update causes several renames. */
const SETTLE_MILLIS = 100;

/**
 * Watches a configuration file, including files behind a symlink that kubelet swaps. An invalid file is reported once
 * and changes nothing. Throws InputError if the first read fails.
 */
export class ConfigFile {
  readonly #file: string;
  readonly #options: ConfigFileOptions;
  readonly #poll: NodeJS.Timeout;
  readonly #watcher: FSWatcher | null;
  #settling: NodeJS.Timeout | null = null;
  #text: string;
  #config: Config;

  constructor(file: string, options: ConfigFileOptions) {
    this.#file = file;
    this.#options = options;
    this.#text = read(file);
    this.#config = parseConfig(this.#text, file);
    this.#watcher = this.#watchFolder();
    this.#poll = setInterval(() => this.look(), options.pollMillis ?? POLL_MILLIS);
    this.#poll.unref();
  }

  /** The last valid configuration. */
  current(): Config {
    return this.#config;
  }

  /** Reads the file now; does nothing if it is unchanged. */
  look(): void {
    let text: string;
    try {
      text = read(this.#file);
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
    clearInterval(this.#poll);
    if (this.#settling) clearTimeout(this.#settling);
    this.#watcher?.close();
  }

  #refuse(text: string, error: unknown): void {
    if (text === this.#text) return;
    this.#text = text;
    const refused = error instanceof InputError ? error : new InputError(messageOf(error), { file: this.#file });
    this.#options.onEvent({ kind: 'refused', error: refused });
  }

  /** Watches the folder, because a watch on the file ends when the file is replaced. */
  #watchFolder(): FSWatcher | null {
    try {
      const watcher = watch(dirname(this.#file), { persistent: false }, () => this.#settle());
      watcher.on('error', () => watcher.close());
      return watcher;
    } catch {
      // Without notifications (too many watches on this node) only polling detects changes.
      return null;
    }
  }

  #settle(): void {
    if (this.#settling) return;
    this.#settling = setTimeout(() => {
      this.#settling = null;
      this.look();
    }, SETTLE_MILLIS);
    this.#settling.unref();
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new InputError(`cannot read the configuration: ${messageOf(cause)}`, { file, cause });
  }
}
