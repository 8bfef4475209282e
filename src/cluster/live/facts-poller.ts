import type { ApiClient } from '../../kube/client/api-client.ts';
import { StoppedError } from '../../kube/client/errors.ts';
import { ASSUMED_KUBE_PROXY, type DataPlanes } from '../../model/data-plane.ts';
import { describeDataPlanes, type StatedDataPlane } from '../../model/data-plane-text.ts';
import { type KubernetesVersion, NEWEST_KNOWN_MINOR } from '../../model/version.ts';
import { Backoff } from '../../runtime/backoff.ts';
import { type Clock, sleep } from '../../runtime/clock.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import { withStatements } from '../../topology/data-plane.ts';
import { detectDataPlanes } from '../data-plane/detect.ts';
import { readEvidence } from './data-plane.ts';
import { parseServerVersion } from './server-version.ts';

const REFRESH_INTERVAL_MS = 600_000;
/** Up to four watches reconnect together; one read of the facts covers them all. */
const MIN_REFRESH_INTERVAL_MS = 5_000;

export interface FactsOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly stated: readonly StatedDataPlane[];
  /** In [0, 1), for jitter. */
  readonly random?: () => number;
}

/** Version and data plane of the cluster: read at start, every 10 minutes, and after a reconnect. */
export class FactsPoller {
  readonly #options: FactsOptions;
  readonly #backoff: Backoff;
  readonly #stop = new AbortController();
  readonly #first = Promise.withResolvers<void>();
  #wake = new AbortController();
  #readAt = Number.NEGATIVE_INFINITY;
  #known = false;
  /** The newest known version until the API server has answered. */
  version: KubernetesVersion = { minor: NEWEST_KNOWN_MINOR };
  dataPlanes: DataPlanes;
  lastError: unknown = null;

  constructor(options: FactsOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.clock, options.random);
    this.dataPlanes = withStatements(options.stated, ASSUMED_KUBE_PROXY);
    this.#first.promise.catch(() => {});
  }

  /** True once the API server has answered. */
  get known(): boolean {
    return this.#known;
  }

  /** Rejects with StoppedError if stopped before the first answer. */
  get whenKnown(): Promise<void> {
    return this.#first.promise;
  }

  start(): void {
    void this.#run();
  }

  /** Reads again now, unless the last read is recent. */
  refresh(): void {
    if (this.#options.clock.monotonicMs() - this.#readAt >= MIN_REFRESH_INTERVAL_MS) this.#wake.abort();
  }

  stop(): void {
    this.#stop.abort();
    this.#first.reject(new StoppedError('stopped before the cluster had answered'));
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController();
      const waitMs = await this.#read();
      await sleep(clock, waitMs, AbortSignal.any([this.#stop.signal, this.#wake.signal]));
    }
  }

  /** Returns the milliseconds until the next read. */
  async #read(): Promise<number> {
    const { client, clock, log } = this.#options;
    const { signal } = this.#stop;
    try {
      const version = parseServerVersion(await client.json('/version', { signal }));
      const isStated = this.#options.stated.some(({ nodes }) => nodes === null);
      const detected = isStated ? ASSUMED_KUBE_PROXY : detectDataPlanes(await readEvidence(client));
      this.#learn(version ?? this.version, withStatements(this.#options.stated, detected));
      if (!version) log('warn', 'the API server reports no valid version', {});
      this.#readAt = clock.monotonicMs();
      this.lastError = null;
      return REFRESH_INTERVAL_MS;
    } catch (error) {
      const waitMs = Math.round(this.#backoff.next());
      this.lastError = error;
      if (!signal.aborted)
        log('warn', 'reading version and data plane failed', { error: errorMessageWithCause(error), waitMs });
      return waitMs;
    }
  }

  #learn(version: KubernetesVersion, dataPlanes: DataPlanes): void {
    const { log } = this.#options;
    const isSame = JSON.stringify(dataPlanes) === JSON.stringify(this.dataPlanes);
    if (!this.#known || version.minor !== this.version.minor || !isSame) {
      const { certainty, evidence } = dataPlanes;
      log('info', 'cluster', {
        kubernetesMinor: version.minor,
        dataPlanes: describeDataPlanes(dataPlanes),
        certainty,
        evidence,
      });
    }
    this.version = version;
    // Results are cached by the identity of this object.
    if (!isSame) this.dataPlanes = dataPlanes;
    this.#known = true;
    this.#first.resolve();
  }
}
