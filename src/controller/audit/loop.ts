import type { ClusterView } from '../../engine/evaluate-existing.ts';
import { EvaluationCache } from '../../engine/evaluation-cache.ts';
import { MAX_AUDIT_TOPOLOGY_AGE_SECONDS } from '../../engine/needs.ts';
import type { Policy } from '../../engine/policy.ts';
import { objectKey } from '../../model/object-key.ts';
import type { Service } from '../../model/service.ts';
import type { ClusterFacts } from '../../model/topology.ts';
import { RULES } from '../../rules/index.ts';
import { whenAborted } from '../../runtime/abort.ts';
import { type Clock, sleep } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import { forEachYielding, systemTimeSource, type TimeSource } from '../../runtime/time-slice.ts';
import type { AuditedCluster } from './cluster.ts';
import type { AuditObserver } from './observer.ts';
import { type CachedEvaluation, ServiceEvaluator } from './service-evaluator.ts';

/** Interval of the passes that evaluate every Service, even if nothing seems to have changed. */
const FULL_PASS_INTERVAL_MS = 600_000;
const STALE_RETRY_MS = 10_000;
/** How often the configuration is checked for changes. */
const CONFIG_POLL_INTERVAL_MS = 2_000;
/** Upper bound of the pause after a pass, which is twice the pass, so that the audit uses at most a third of a core. */
const MAX_REST_MS = 10_000;
/** Minimum pause between two passes that are due only because of time. */
const MIN_REST_MS = 100;

export interface AuditLoopOptions {
  readonly cluster: AuditedCluster;
  readonly policy: () => Policy;
  readonly debounceMs: () => number;
  readonly observer: AuditObserver;
  readonly clock: Clock;
  readonly log: Log;
  readonly time?: TimeSource;
}

/** Keeps an up-to-date evaluation of every existing Service. */
export class AuditLoop {
  readonly #options: AuditLoopOptions;
  readonly #time: TimeSource;
  readonly #evaluations = new Map<string, CachedEvaluation>();
  readonly #readsNodes = new WeakMap<Service, boolean>();
  readonly #cache = new EvaluationCache();
  #changed = false;
  #policy: Policy | null = null;
  #wake = new AbortController();
  #fullAt = Number.NEGATIVE_INFINITY;
  #paused = false;
  #passMs = 0;

  constructor(options: AuditLoopOptions) {
    this.#options = options;
    this.#time = options.time ?? systemTimeSource;
  }

  /** Runs until the signal is aborted. Rejects if the cluster is stopped before its first lists are complete. */
  async run(signal: AbortSignal): Promise<void> {
    const { cluster } = this.#options;
    const end = cluster.topology.onChange(() => {
      this.#changed = true;
      this.#wake.abort();
    });
    try {
      await Promise.race([cluster.whenReady, whenAborted(signal)]);
      while (!signal.aborted) await this.#rest(await this.#pass(signal), signal);
    } finally {
      end();
    }
  }

  /** Waits for a change and then for further changes, or until `dueAt`. */
  async #rest(dueAt: number, signal: AbortSignal): Promise<void> {
    const { clock, debounceMs, policy } = this.#options;
    this.#wake = new AbortController();
    const either = AbortSignal.any([signal, this.#wake.signal]);
    const end = Math.max(clock.monotonicMs() + MIN_REST_MS, dueAt);
    const changed = () => this.#changed || policy() !== this.#policy;
    while (!signal.aborted && !changed() && clock.monotonicMs() < end) {
      await sleep(clock, Math.min(CONFIG_POLL_INTERVAL_MS, end - clock.monotonicMs()), either);
    }
    const rest = Math.min(MAX_REST_MS, 2 * this.#passMs);
    if (changed()) await sleep(clock, Math.max(debounceMs(), rest), signal);
  }

  /** Evaluates all Services once. Returns when the next pass is due if nothing changes before, by the monotonic clock. */
  async #pass(signal: AbortSignal): Promise<number> {
    const { cluster, policy, clock } = this.#options;
    this.#changed = false;
    this.#policy = policy();
    const facts = cluster.facts();
    if (this.#isStale(facts)) return clock.monotonicMs() + STALE_RETRY_MS;
    const full = clock.monotonicMs() >= this.#fullAt + FULL_PASS_INTERVAL_MS;
    const view = { rules: RULES, topology: cluster.topology, facts, policy: this.#policy, cache: this.#cache };
    const began = this.#time.stopwatch();
    const evaluated = await this.#evaluateAll(view, full, signal);
    if (signal.aborted) return clock.monotonicMs();
    if (full) this.#fullAt = clock.monotonicMs();
    this.#forgetGone();
    this.#passMs = this.#time.stopwatch() - began;
    this.#options.observer.onPassCompleted({
      services: this.#evaluations.size,
      evaluated,
      seconds: this.#passMs / 1000,
    });
    // Results expire at a time of the wall clock, as the ages of nodes do; the pause until then is a duration.
    const expireIn = [...this.#evaluations.values()].map(({ dueAt }) => dueAt - clock.now());
    const dueAt = expireIn.reduce((due, ms) => Math.min(due, clock.monotonicMs() + ms), Number.POSITIVE_INFINITY);
    return Math.min(dueAt, this.#fullAt + FULL_PASS_INTERVAL_MS);
  }

  async #evaluateAll(view: ClusterView, full: boolean, signal: AbortSignal): Promise<number> {
    const { observer } = this.#options;
    const evaluator = new ServiceEvaluator(view, this.#readsNodes);
    let evaluated = 0;
    const evaluateOne = ({ namespace, name }: Service) => {
      // The list is as old as the pass, and the Service may have changed since.
      const service = view.topology.service(namespace, name);
      const key = objectKey(namespace, name);
      const known = this.#evaluations.get(key);
      if (!service) return;
      if (known && !full && evaluator.isCurrent(service, known)) return observer.onUnchanged?.(key, { service, view });
      const result = evaluator.evaluate(service);
      this.#evaluations.set(key, result);
      observer.onEvaluated(key, result.evaluation, { service, view });
      evaluated++;
    };
    await forEachYielding(view.topology.services(), evaluateOne, { time: this.#time, signal });
    return evaluated;
  }

  #forgetGone(): void {
    const { cluster, observer } = this.#options;
    const present = new Set(cluster.topology.services().map(({ namespace, name }) => objectKey(namespace, name)));
    for (const key of this.#evaluations.keys()) {
      if (present.has(key)) continue;
      this.#evaluations.delete(key);
      observer.onDeleted(key);
    }
  }

  #isStale({ topologyAgeSeconds }: ClusterFacts): boolean {
    const stale = topologyAgeSeconds > MAX_AUDIT_TOPOLOGY_AGE_SECONDS;
    if (stale !== this.#paused) {
      const message = stale ? 'audit paused: the cluster data is old' : 'audit resumed';
      this.#options.log(stale ? 'warn' : 'info', message, { topologyAgeSeconds });
    }
    this.#paused = stale;
    return stale;
  }
}
