import { strippedDefaults } from '../../defaults/defaults.ts';
import { BoundedMap } from '../../engine/bounded-map.ts';
import { matchesSubject, type Policy } from '../../engine/policy.ts';
import { objectKey } from '../../model/object-key.ts';
import type { Service } from '../../model/service.ts';
import type { Log } from '../../runtime/log.ts';
import type { StrippedDefault } from '../events/default-stripped.ts';
import type { ConnectedCluster } from './cluster.ts';
import type { AuditMetrics } from './metrics.ts';

/** Once may be an author's wish, twice a rollback. After the third time only every doubling is reported. */
const FIRST_REPORTED = 3;
export const MAX_COUNT_BYTES = 256 * 1024;
const BYTES_PER_ENTRY = 150;

export interface StrippedDefaultsOptions {
  readonly cluster: ConnectedCluster;
  readonly policy: () => Policy;
  readonly log: Log;
  readonly metrics: Pick<AuditMetrics, 'recordStrippedDefault'>;
  readonly report: (service: Service, stripped: StrippedDefault) => void;
}

/**
 * Counts how often updates take a default away, for each Service and field. Names are counted, not uids: a default comes back
 * when a Service is created again, and only then, as zonewise changes no existing Service.
 */
export function watchStrippedDefaults(options: StrippedDefaultsOptions): void {
  const { cluster, policy, log, metrics, report } = options;
  const counts = new BoundedMap<string, number>({ maxBytes: MAX_COUNT_BYTES });
  cluster.topology.onServiceChange((before, after) => {
    const { defaults } = policy();
    if (!before || !after || defaults.length === 0) return;
    const subject = { service: after, namespaceLabels: cluster.topology.namespaceLabels(after.namespace) };
    const blocks = defaults.filter(({ match }) => matchesSubject(match, subject));
    for (const stripped of strippedDefaults({ before, after }, blocks, cluster.facts().version)) {
      metrics.recordStrippedDefault(stripped.field);
      const key = `${objectKey(after.namespace, after.name)} ${stripped.field}`;
      const times = (counts.get(key) ?? 0) + 1;
      counts.set(key, times, BYTES_PER_ENTRY + 2 * key.length);
      if (!isReported(times)) continue;
      const { namespace, name } = after;
      log('warn', 'a default was removed again by an update', { namespace, name, ...stripped, times });
      report(after, { ...stripped, times });
    }
  });
}

function isReported(times: number): boolean {
  return times % FIRST_REPORTED === 0 && Number.isInteger(Math.log2(times / FIRST_REPORTED));
}
