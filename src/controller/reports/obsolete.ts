import { ApiStatusError } from '../../kube/client/errors.ts';
import type { CollectionApi } from '../../kube/writer/api-writer.ts';
import { MAX_REPORTS } from './reconciler.ts';
import { REPORT_KINDS } from './report-kind.ts';
import { ReportStore } from './report-store.ts';
import type { ReportSettings } from './settings.ts';
import type { WriteBudget } from './write-budget.ts';

/**
 * Deletes the reports of another kind, which the configuration named before. With an owner the garbage collector does
 * it: the chart has one ClusterRole per kind, and this process may not touch the other kind any more.
 */
export class ObsoleteReports {
  readonly #stores: readonly ReportStore[];
  #left: readonly { readonly store: ReportStore; readonly namespace: string }[] | null = null;

  constructor(api: CollectionApi, { kind, name, owner }: ReportSettings) {
    const others = owner === '' ? REPORT_KINDS.filter(other => other !== kind) : [];
    this.#stores = others.map(other => new ReportStore(api, { kind: other, name }));
  }

  /** Deletes as many as the budget permits. Throws ApiStatusError or the network's error. */
  async removeSome(budget: WriteBudget, signal: AbortSignal): Promise<number> {
    this.#left ??= await this.#find(signal);
    let removed = 0;
    for (let next = this.#left[0]; next && budget.open; next = this.#left[0]) {
      budget.spend();
      await next.store.remove(next.namespace, signal);
      this.#left = this.#left.slice(1);
      removed++;
    }
    return removed;
  }

  async #find(signal: AbortSignal): Promise<readonly { readonly store: ReportStore; readonly namespace: string }[]> {
    const found = [];
    for (const store of this.#stores) {
      try {
        for await (const { namespace } of store.list(signal)) {
          if (found.push({ store, namespace }) >= MAX_REPORTS) break;
        }
      } catch (error) {
        // The cluster does not have the other kind, or this process has no business with it.
        if (!(error instanceof ApiStatusError && (error.status === 404 || error.status === 403))) throw error;
      }
    }
    return found;
  }
}
