import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../runtime/errors.ts';
import type { TlsMaterial } from './https-app.ts';
import type { CertificateFacts } from './tls-certificate.ts';
import { CertificateError, inspect } from './tls-certificate.ts';

export interface CertificatePaths {
  readonly cert: string;
  readonly key: string;
  /** CA of the accepted clients; `null` if clients are not verified. */
  readonly clientCA: string | null;
}

export interface CertificateFilesOptions {
  /** Called with each new usable key pair; the first time from the constructor, if the files exist. */
  readonly onUse: (material: TlsMaterial, facts: CertificateFacts) => void;
  /** Called once per content that has been unusable for `settleMillis`. */
  readonly onTrouble: (error: CertificateError) => void;
  /** Milliseconds between two checks of the files, for changes without a notification. */
  readonly pollMillis?: number;
  /** Milliseconds for which certificate and key may not match, because the two files are replaced in sequence. */
  readonly settleMillis?: number;
}

const POLL_MILLIS = 10_000;
const SETTLE_MILLIS = 2_000;
/** Debounce of notifications: one Secret update causes several renames. */
const BURST_MILLIS = 50;

/**
 * Watches a key pair on disk, including files behind the symlink `..data` that kubelet swaps. The last usable pair
 * stays in use until a new one is valid.
 */
export class CertificateFiles {
  readonly #paths: CertificatePaths;
  readonly #options: CertificateFilesOptions;
  readonly #poll: NodeJS.Timeout;
  readonly #watchers: readonly FSWatcher[];
  #burst: NodeJS.Timeout | null = null;
  #settling: NodeJS.Timeout | null = null;
  /** The content and the error that were last reported. */
  #told = '';
  #problem: CertificateError | null = null;
  #material: TlsMaterial | null = null;

  constructor(paths: CertificatePaths, options: CertificateFilesOptions) {
    this.#paths = paths;
    this.#options = options;
    // Before the first read, so that no change is missed.
    this.#watchers = [...new Set(filesOf(paths).map(file => dirname(file)))].flatMap(folder => this.#watch(folder));
    this.#poll = setInterval(() => this.look(), options.pollMillis ?? POLL_MILLIS);
    this.#poll.unref();
    this.look();
  }

  /** The last usable pair; `null` before the first one. */
  get material(): TlsMaterial | null {
    return this.#material;
  }

  /** Why the current files are unusable; `null` if they are in use. */
  get problem(): CertificateError | null {
    return this.#problem;
  }

  /** Reads the files now; does nothing if they are unchanged. */
  look(): void {
    let material: TlsMaterial | null = null;
    try {
      material = readMaterial(this.#paths);
      if (!sameAs(material, this.#material)) this.#use(material, inspect(material));
      this.#settled();
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error;
      this.#problem = error;
      this.#settle(JSON.stringify([error.message, material]));
    }
  }

  stop(): void {
    clearInterval(this.#poll);
    if (this.#burst) clearTimeout(this.#burst);
    this.#settled();
    for (const watcher of this.#watchers) watcher.close();
  }

  #use(material: TlsMaterial, facts: CertificateFacts): void {
    try {
      this.#options.onUse(material, facts);
    } catch (cause) {
      throw new CertificateError('unusable', messageOf(cause), cause);
    }
    this.#material = material;
  }

  #settled(): void {
    if (this.#settling) clearTimeout(this.#settling);
    this.#settling = null;
    this.#problem = null;
    this.#told = '';
  }

  #settle(content: string): void {
    if (this.#settling || content === this.#told) return;
    this.#settling = setTimeout(() => {
      this.#settling = null;
      this.#told = content;
      this.look();
      // Still unusable: otherwise this read has started a new grace period or put the pair to use.
      if (this.#problem && !this.#settling) this.#options.onTrouble(this.#problem);
    }, this.#options.settleMillis ?? SETTLE_MILLIS);
    this.#settling.unref();
  }

  /** Watches the folder, because a watch on the file ends when the file is replaced. */
  #watch(folder: string): readonly FSWatcher[] {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#lookSoon());
      watcher.on('error', () => watcher.close());
      return [watcher];
    } catch {
      // Without notifications (missing folder, too many watches on this node) only polling detects changes.
      return [];
    }
  }

  #lookSoon(): void {
    this.#burst ??= setTimeout(() => {
      this.#burst = null;
      this.look();
    }, BURST_MILLIS).unref();
  }
}

function filesOf({ cert, key, clientCA }: CertificatePaths): readonly string[] {
  return clientCA === null ? [cert, key] : [cert, key, clientCA];
}

function readMaterial({ cert, key, clientCA }: CertificatePaths): TlsMaterial {
  const material = { cert: readPem(cert), key: readPem(key) };
  return clientCA === null ? material : { ...material, clientCA: readPem(clientCA) };
}

function readPem(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CertificateError('not-there', messageOf(cause), cause);
  }
  if (text.trim() === '') throw new CertificateError('not-there', `${file} is empty`);
  return text;
}

function sameAs(a: TlsMaterial, b: TlsMaterial | null): boolean {
  return b !== null && a.cert === b.cert && a.key === b.key && a.clientCA === b.clientCA;
}
