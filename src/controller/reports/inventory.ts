import { ApiStatusError } from '../../kube/client/errors.ts';
import { MAX_REPORTS } from './reconciler.ts';
import type { OwnerReference } from './report.ts';
import { REPORT_RESOURCES } from './report-kind.ts';
import type { ReportStore } from './report-store.ts';
import type { ReportSettings } from './settings.ts';

/** The result of one look at the cluster. */
export type Inventory =
  | {
      readonly kind: 'available';
      readonly owner: OwnerReference | null;
      readonly versions: ReadonlyMap<string, string>;
    }
  /** The reason states what to do. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Lists the reports, by namespace with their resourceVersions. Throws transient errors only. */
export async function takeInventory(
  store: ReportStore,
  settings: ReportSettings,
  signal: AbortSignal,
): Promise<Inventory> {
  const { definition, home } = REPORT_RESOURCES[settings.kind];
  try {
    const owner = settings.owner === '' ? null : await store.owner(settings.owner, signal);
    if (settings.owner !== '' && owner === null)
      return unavailable(`there is no ClusterRole ${settings.owner}, which must own them`);
    const versions = new Map<string, string>();
    for await (const { namespace, resourceVersion } of store.list(signal)) {
      versions.set(namespace, resourceVersion);
      if (versions.size >= MAX_REPORTS) break;
    }
    return { kind: 'available', owner, versions };
  } catch (error) {
    if (!(error instanceof ApiStatusError)) throw error;
    if (error.status === 404)
      return unavailable(`the cluster has no CustomResourceDefinition ${definition}; install it from ${home}`);
    if (error.status === 403) return unavailable(`permission is missing: ${error.message}`);
    throw error;
  }
}

function unavailable(reason: string): Inventory {
  return { kind: 'unavailable', reason };
}
