import type { Pod } from '../../model/pod.ts';
import { matchesLabels } from '../../model/selector.ts';

type Labels = Pod['labels'];

/** Pods by namespace and labels. The Pods of a workload share their labels, so a selector is compared once for all of them. */
export class PodIndex {
  readonly #byNamespace = new Map<string, Map<Labels, Set<Pod>>>();

  /** Applies one change of the store. */
  update(before: Pod | undefined, after: Pod | undefined): void {
    if (before) this.#remove(before);
    if (after) this.#add(after);
  }

  /** An empty selector selects no Pod, as in the endpoints controller. */
  find(namespace: string, selector: Labels): readonly Pod[] {
    if (Object.keys(selector).length === 0) return [];
    const found: Pod[] = [];
    for (const [labels, pods] of this.#byNamespace.get(namespace) ?? []) {
      if (matchesLabels(selector, labels)) for (const pod of pods) found.push(pod);
    }
    return found;
  }

  #add(pod: Pod): void {
    const byLabels = this.#byNamespace.get(pod.namespace) ?? new Map<Labels, Set<Pod>>();
    this.#byNamespace.set(pod.namespace, byLabels);
    const pods = byLabels.get(pod.labels);
    if (pods) pods.add(pod);
    else byLabels.set(pod.labels, new Set([pod]));
  }

  #remove(pod: Pod): void {
    const byLabels = this.#byNamespace.get(pod.namespace);
    const pods = byLabels?.get(pod.labels);
    if (!byLabels || !pods?.delete(pod)) return;
    if (pods.size === 0) byLabels.delete(pod.labels);
    if (byLabels.size === 0) this.#byNamespace.delete(pod.namespace);
  }
}
