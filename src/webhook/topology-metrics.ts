import type { PodFinder } from '../admission/pending-endpoints.ts';
import type { Metrics } from '../serving/metrics.ts';

export interface ObservableTopology {
  ageSeconds(): number;
  counters(): Readonly<
    Record<string, { readonly objects: number; readonly relists: number; readonly watchErrors: number }>
  >;
}

/** Reads size, age and errors of the topology at each scrape. */
export function collectTopologyMetrics(metrics: Metrics, topology: ObservableTopology): void {
  metrics.onCollect(() => {
    const age = topology.ageSeconds();
    if (Number.isFinite(age)) metrics.topologyAge.set(age);
    metrics.topologyRelists.reset();
    metrics.topologyWatchErrors.reset();
    for (const [resource, { objects, relists, watchErrors }] of Object.entries(topology.counters())) {
      metrics.topologyObjects.set({ resource }, objects);
      metrics.topologyRelists.inc({ resource }, relists);
      metrics.topologyWatchErrors.inc({ resource }, watchErrors);
    }
  });
}

export function withLookupMetrics(metrics: Metrics, pods: PodFinder): PodFinder {
  return {
    async find(namespace, selector, request) {
      metrics.podLookups.inc();
      const found = await pods.find(namespace, selector, request);
      if (found.kind === 'gave-up') metrics.podLookupRefusals.inc({ reason: found.reason ?? 'error' });
      return found;
    },
  };
}
