import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../runtime/errors.ts';
import type { TlsMaterial } from './https-app.ts';
import type { CertificateFacts } from './tls-certificate.ts';
import { CertificateError, inspect } from './tls-certificate.ts';

export interface CertificatePaths {
  readonly cert: string;
  readonly key: string;
  /** CA of the clients that are let in, `null` where they are not checked. */
  readonly clientCA: string | null;
}

export interface CertificateFilesOptions {
  /** Usable and not what was used before. Called the first time from the constructor, if the files are there. */
  readonly onUse: (material: TlsMaterial, facts: CertificateFacts) => void;
  /** What lies there cannot be used and has stayed so for `settleMillis`; told once for the same content. */
  readonly onTrouble: (error: CertificateError) => void;
  /** Between two looks at the files, for changes that no notification tells of. */
  readonly pollMillis?: number;
  /** Certificate and key are two files: this long they may not fit together while they are being replaced. */
  readonly settleMillis?: number;
}

const POLL_MILLIS = 10_000;
const SETTLE_MILLIS = 2_000;
/** Notifications come in bursts: a Secret update is several renames. */
const BURST_MILLIS = 50;

/**
 * A key pair on disk that is read again when it changes, also where kubelet swaps the symlink `..data` that it stands
 * behind. The last usable one stays in use until there is another.
 */
export class CertificateFiles {
  readonly #paths: CertificatePaths;
  readonly #options: CertificateFilesOptions;
  readonly #poll: NodeJS.Timeout;
  readonly #watchers: readonly FSWatcher[];
  #burst: NodeJS.Timeout | null = null;
  #settling: NodeJS.Timeout | null = null;
  /** Content and fault last told of. */
  #told = '';
  #problem: CertificateError | null = null;
  #material: TlsMaterial | null = null;

  constructor(paths: CertificatePaths, options: CertificateFilesOptions) {
    this.#paths = paths;
    this.#options = options;
    // Before the first look, so that no change falls in between.
    this.#watchers = [...new Set(filesOf(paths).map(file => dirname(file)))].flatMap(folder => this.#watch(folder));
    this.#poll = setInterval(() => this.look(), options.pollMillis ?? POLL_MILLIS);
    this.#poll.unref();
    this.look();
  }

  /** The last usable pair, `null` before the first. */
  get material(): TlsMaterial | null {
    return this.#material;
  }

  /** What keeps the files as they are now from being used, `null` where they are in use. */
  get problem(): CertificateError | null {
    return this.#problem;
  }

  /** Reads the files now; does nothing where they have not changed. */
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
      // Still the same: otherwise looking has begun to settle anew, or has put it to use.
      if (this.#problem && !this.#settling) this.#options.onTrouble(this.#problem);
    }, this.#options.settleMillis ?? SETTLE_MILLIS);
    this.#settling.unref();
  }

  /** The folder, not the file: a file that is replaced takes its watch along. */
  #watch(folder: string): readonly FSWatcher[] {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#lookSoon());
      watcher.on('error', () => watcher.close());
      return [watcher];
    } catch {
      // Without notifications (no such folder, too many watches on this node) polling has to do.
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
