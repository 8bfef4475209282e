import type { ApiClient } from '../../kube/client/api-client.ts';
import { ApiStatusError, StreamError } from '../../kube/client/errors.ts';
import { ListItemParser } from '../../kube/client/list-items.ts';
import type { Pod } from '../../model/pod.ts';
import { projectPod } from '../../model/pod-projection.ts';
import type { Clock } from '../../runtime/clock.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';
import { KeyedTokenBuckets } from '../../runtime/token-bucket.ts';
import { PodCache } from './pod-cache.ts';

/** The Pods, or the limit that ended the lookup. */
export type PodLookupResult =
  | { readonly kind: 'pods'; readonly pods: readonly Pod[] }
  | { readonly kind: 'gave-up'; readonly reason: PodLookupFailure; readonly why: string };

/** Values of the label `reason` of zonewise_pod_lookup_refusals_total. */
export type PodLookupFailure = 'concurrency' | 'rate' | 'timeout' | 'size' | 'forbidden' | 'error';

/** Limits of a lookup, which delays a user's `kubectl apply`. */
export const POD_LOOKUP_LIMITS = {
  timeoutMs: 300,
  maxBytes: 8 * 1024 * 1024,
  maxConcurrent: 8,
  rate: { perSecond: 5, burst: 10 },
};

/** Lists the Pods of one Service by its selector, with at most one request per lookup. Never throws. */
export class PodLookup {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #buckets: KeyedTokenBuckets;
  readonly #cache: PodCache;
  readonly #underWay = new Map<string, Promise<PodLookupResult>>();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#buckets = new KeyedTokenBuckets(clock, POD_LOOKUP_LIMITS.rate);
    this.#cache = new PodCache(clock);
  }

  /** Returns Pods in all phases, up to 5 s old. An empty selector selects no Pod, as in the endpoints controller. */
  async find(namespace: string, selector: Readonly<Record<string, string>>): Promise<PodLookupResult> {
    const terms = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
    if (terms.length === 0) return { kind: 'pods', pods: [] };
    const labelSelector = terms.sort().join(',');
    const key = `${namespace}/${labelSelector}`;
    const known = this.#cache.get(key) ?? this.#underWay.get(key);
    if (known) return known;
    const { maxConcurrent, rate } = POD_LOOKUP_LIMITS;
    if (this.#underWay.size >= maxConcurrent)
      return unavailable('concurrency', `${maxConcurrent} pod lists are already in progress`);
    if (!this.#buckets.tryTake(namespace)) {
      return unavailable('rate', `more than ${rate.perSecond} pod lists per second in namespace ${namespace}`);
    }
    const pending = this.#fetchPods(namespace, labelSelector).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, pending);
    const result = await pending;
    if (result.kind === 'pods') this.#cache.set(key, result);
    return result;
  }

  async #fetchPods(namespace: string, labelSelector: string): Promise<PodLookupResult> {
    const { timeoutMs } = POD_LOOKUP_LIMITS;
    const late = new AbortController();
    const outOfTime = Promise.withResolvers<PodLookupResult>();
    const cancel = this.#clock.setTimer(timeoutMs, () => {
      outOfTime.resolve(unavailable('timeout', `the pod list took longer than ${timeoutMs} ms`));
      late.abort();
    });
    const listed = this.#list({ namespace, labelSelector, signal: late.signal }).then(
      (pods): PodLookupResult => ({ kind: 'pods', pods }),
      (error: unknown) => unavailable(failureOf(error), errorMessageWithCause(error)),
    );
    // A race, because reading credentials may also be slow and ignores the signal.
    return Promise.race([outOfTime.promise, listed]).finally(cancel);
  }

  async #list(request: { namespace: string; labelSelector: string; signal: AbortSignal }): Promise<readonly Pod[]> {
    const { namespace, labelSelector, signal } = request;
    const { maxBytes } = POD_LOOKUP_LIMITS;
    const body = await this.#client.get(`/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`, {
      query: { labelSelector, resourceVersion: '0' },
      signal,
    });
    const items = new ListItemParser();
    const pods: Pod[] = [];
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new StreamError('body-too-large', `the pod list exceeds ${maxBytes / 1024 ** 2} MiB`);
      for (const raw of items.push(chunk)) pods.push(projectPod(raw));
    }
    items.finish();
    return pods;
  }
}

function unavailable(reason: PodLookupFailure, why: string): PodLookupResult {
  return { kind: 'gave-up', reason, why };
}

function failureOf(error: unknown): PodLookupFailure {
  if (error instanceof StreamError && error.code === 'body-too-large') return 'size';
  return error instanceof ApiStatusError && error.status === 403 ? 'forbidden' : 'error';
}
