import { readFileSync } from 'node:fs';
import { errorMessage } from '../runtime/errors.ts';
import { watchFiles } from '../runtime/file-watcher.ts';
import type { TlsMaterial } from './https-app.ts';
import type { CertificateInfo } from './tls-certificate.ts';
import { CertificateError, inspectTlsMaterial } from './tls-certificate.ts';

export interface CertificatePaths {
  readonly cert: string;
  readonly key: string;
  /** CA of the accepted clients; `null` if clients are not verified. */
  readonly clientCA: string | null;
}

export interface CertificateFilesOptions {
  /** Called with each new usable key pair; the first time from the constructor, if the files exist. */
  readonly onUse: (material: TlsMaterial, facts: CertificateInfo) => void;
  /** Called once per content that has been unusable for `errorGraceMs`. */
  readonly onError: (error: CertificateError) => void;
  /** Milliseconds between two checks of the files, for changes without a notification. */
  readonly pollIntervalMs?: number;
  /** Milliseconds for which certificate and key may not match, because the two files are replaced in sequence. */
  readonly errorGraceMs?: number;
}

const POLL_INTERVAL_MS = 10_000;
const ERROR_GRACE_MS = 2_000;
/** Debounce of notifications: one Secret update causes several renames. */
const DEBOUNCE_MS = 50;

/**
 * Watches a key pair on disk, including files behind the symlink `..data` that kubelet swaps. The last usable pair
 * stays in use until a new one is valid.
 */
export class CertificateWatcher {
  readonly #paths: CertificatePaths;
  readonly #options: CertificateFilesOptions;
  readonly #watcher: { stop(): void };
  #settling: NodeJS.Timeout | null = null;
  /** The content and the error that were last reported. */
  #lastReported = '';
  #problem: CertificateError | null = null;
  #material: TlsMaterial | null = null;

  constructor(paths: CertificatePaths, options: CertificateFilesOptions) {
    this.#paths = paths;
    this.#options = options;
    // Before the first read, so that no change is missed.
    const pollIntervalMs = options.pollIntervalMs ?? POLL_INTERVAL_MS;
    this.#watcher = watchFiles(filesOf(paths), () => this.reload(), { pollIntervalMs, debounceMs: DEBOUNCE_MS });
    this.reload();
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
  reload(): void {
    let material: TlsMaterial | null = null;
    try {
      material = readMaterial(this.#paths);
      if (!sameMaterial(material, this.#material)) this.#use(material, inspectTlsMaterial(material));
      this.#endRetries();
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error;
      this.#problem = error;
      this.#settle(JSON.stringify([error.message, material]));
    }
  }

  stop(): void {
    this.#endRetries();
    this.#watcher.stop();
  }

  #use(material: TlsMaterial, facts: CertificateInfo): void {
    try {
      this.#options.onUse(material, facts);
    } catch (cause) {
      throw new CertificateError('unusable', errorMessage(cause), cause);
    }
    this.#material = material;
  }

  #endRetries(): void {
    if (this.#settling) clearTimeout(this.#settling);
    this.#settling = null;
    this.#problem = null;
    this.#lastReported = '';
  }

  #settle(content: string): void {
    if (this.#settling || content === this.#lastReported) return;
    this.#settling = setTimeout(() => {
      this.#settling = null;
      this.#lastReported = content;
      this.reload();
      // Still unusable: otherwise this read has started a new grace period or put the pair to use.
      if (this.#problem && !this.#settling) this.#options.onError(this.#problem);
    }, this.#options.errorGraceMs ?? ERROR_GRACE_MS);
    this.#settling.unref();
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
    throw new CertificateError('not-there', errorMessage(cause), cause);
  }
  if (text.trim() === '') throw new CertificateError('not-there', `${file} is empty`);
  return text;
}

function sameMaterial(a: TlsMaterial, b: TlsMaterial | null): boolean {
  return b !== null && a.cert === b.cert && a.key === b.key && a.clientCA === b.clientCA;
}
