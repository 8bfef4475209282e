import type { ApiClient } from '../../kube/client/api-client.ts';
import { ApiStatusError, StreamError } from '../../kube/client/errors.ts';
import { ListItemParser } from '../../kube/client/list-items.ts';
import type { Pod } from '../../model/pod.ts';
import { projectPod } from '../../model/pod-projection.ts';
import type { Clock } from '../../runtime/clock.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';
import { FairSlots } from '../../runtime/fair-slots.ts';
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
  maxSelectorLength: 4_096,
  slots: { total: 8, perKey: 2, waitingPerKey: 8 },
  /** Per namespace. Dry runs have a separate bucket, so they cannot use up what creates need. */
  rate: { perSecond: 5, burst: 10 },
  dryRunRate: { perSecond: 2, burst: 5 },
};

/**
 * Lists the Pods of one Service by its selector, with at most one request per lookup. No namespace can use up what others
 * need: each has its own rate, and waiting lookups take turns by namespace. Never throws.
 */
export class PodLookup {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #buckets: KeyedTokenBuckets;
  readonly #dryRunBuckets: KeyedTokenBuckets;
  readonly #slots = new FairSlots(POD_LOOKUP_LIMITS.slots);
  readonly #cache: PodCache;
  readonly #underWay = new Map<string, Promise<SizedResult>>();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#buckets = new KeyedTokenBuckets(clock, POD_LOOKUP_LIMITS.rate);
    this.#dryRunBuckets = new KeyedTokenBuckets(clock, POD_LOOKUP_LIMITS.dryRunRate);
    this.#cache = new PodCache(clock);
  }

  /** Returns Pods in all phases, up to 5 s old. An empty selector selects no Pod, as in the endpoints controller. */
  async find(
    namespace: string,
    selector: Readonly<Record<string, string>>,
    { dryRun = false }: { readonly dryRun?: boolean } = {},
  ): Promise<PodLookupResult> {
    const terms = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
    if (terms.length === 0) return { kind: 'pods', pods: [] };
    const labelSelector = terms.sort().join(',');
    const key = `${namespace}/${labelSelector}`;
    const known = this.#cache.get(key);
    if (known) return known;
    const underWay = this.#underWay.get(key);
    if (underWay) return (await underWay).result;
    const { maxSelectorLength, rate, dryRunRate } = POD_LOOKUP_LIMITS;
    if (labelSelector.length > maxSelectorLength)
      return unavailable('size', `the selector is longer than ${maxSelectorLength} characters`);
    const [buckets, { perSecond }] = dryRun ? [this.#dryRunBuckets, dryRunRate] : [this.#buckets, rate];
    if (!buckets.tryTake(namespace))
      return unavailable('rate', `more than ${perSecond} pod lists per second in namespace ${namespace}`);
    const pending = this.#inTime(namespace, labelSelector).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, pending);
    const { result, bytes } = await pending;
    if (result.kind === 'pods') this.#cache.set(key, result, bytes);
    return result;
  }

  /** Waits for a slot and lists, both within the time of one lookup. */
  async #inTime(namespace: string, labelSelector: string): Promise<SizedResult> {
    const { timeoutMs, slots } = POD_LOOKUP_LIMITS;
    const late = new AbortController();
    const slot = this.#slots.take(namespace, late.signal);
    if (slot === null)
      return failed(unavailable('concurrency', `${slots.perKey} pod lists of namespace ${namespace} are in progress`));
    const outOfTime = Promise.withResolvers<SizedResult>();
    let isListing = false;
    const cancel = this.#clock.setTimer(timeoutMs, () => {
      const why = isListing
        ? `the pod list took longer than ${timeoutMs} ms`
        : `${slots.total} pod lists are in progress`;
      outOfTime.resolve(failed(unavailable(isListing ? 'timeout' : 'concurrency', why)));
      late.abort();
    });
    const listed = slot.then(
      () => {
        isListing = true;
        return this.#list({ namespace, labelSelector, signal: late.signal })
          .then(
            ({ pods, bytes }): SizedResult => ({ result: { kind: 'pods', pods }, bytes }),
            (error: unknown) => failed(unavailable(failureOf(error), errorMessageWithCause(error))),
          )
          .finally(() => this.#slots.release(namespace));
      },
      () => outOfTime.promise,
    );
    // A race, because reading credentials may also be slow and ignores the signal.
    return Promise.race([outOfTime.promise, listed]).finally(cancel);
  }

  async #list(request: { namespace: string; labelSelector: string; signal: AbortSignal }): Promise<ListedPods> {
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
    return { pods, bytes };
  }
}

interface ListedPods {
  readonly pods: readonly Pod[];
  /** Size of the list as received, an upper bound of its Pods in memory. */
  readonly bytes: number;
}

interface SizedResult {
  readonly result: PodLookupResult;
  readonly bytes: number;
}

function failed(result: PodLookupResult): SizedResult {
  return { result, bytes: 0 };
}

function unavailable(reason: PodLookupFailure, why: string): PodLookupResult {
  return { kind: 'gave-up', reason, why };
}

function failureOf(error: unknown): PodLookupFailure {
  if (error instanceof StreamError && error.code === 'body-too-large') return 'size';
  return error instanceof ApiStatusError && error.status === 403 ? 'forbidden' : 'error';
}
