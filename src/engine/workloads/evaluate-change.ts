import type { Finding } from '../../model/finding.ts';
import { plural } from '../../model/plural.ts';
import type { Service } from '../../model/service.ts';
import type { Evaluation } from '../evaluation.ts';
import type { ClusterChange } from './cluster-change.ts';
import { effectsOf } from './effects.ts';
import { evaluateEffect, type WorkloadView } from './evaluate-effect.ts';
import { type PodSelection, type ServiceWithPods, servicesWithPods } from './service-pods.ts';

/** More Services are counted in one line. */
export const MAX_SERVICES = 100;

/**
 * Evaluates changes of a workload, a Pod or a Node for each Service with such Pods, and reports what it introduces whatever its
 * outcome. Each step of the generator is at most one evaluation; its value is the result so far.
 */
export function* evaluateChanges(
  changes: readonly ClusterChange[],
  view: WorkloadView,
): Generator<Evaluation, Evaluation> {
  const result = new Result();
  const seen = new Set<Service>();
  const known = new Map<PodSelection, readonly ServiceWithPods[]>();
  for (const effect of changes.flatMap(change => effectsOf(change, view.topology))) {
    const affected = known.get(effect.selection) ?? (yield* affectedBy(effect.selection, view, result));
    known.set(effect.selection, affected);
    for (const { service, pods } of affected) {
      seen.add(service);
      if (seen.size > MAX_SERVICES) continue;
      for (const evaluation of evaluateEffect(effect, { service, pods, view })) {
        result.add(evaluation);
        yield result.evaluation(0);
      }
    }
  }
  return result.evaluation(Math.max(0, seen.size - MAX_SERVICES));
}

/** The Services with such Pods, first those with the fewest other endpoints: they are most at risk. */
function* affectedBy(
  selection: PodSelection,
  { topology }: WorkloadView,
  result: Result,
): Generator<Evaluation, readonly ServiceWithPods[]> {
  const affected: ServiceWithPods[] = [];
  for (const found of servicesWithPods(topology, selection)) {
    if (found) affected.push(found);
    else yield result.evaluation(0);
  }
  return affected.sort((a, b) => a.pods.others.length - b.pods.others.length);
}

/** Findings of all Services; of two about one field of one Service, the first is kept. */
class Result {
  readonly #findings = new Map<string, Finding>();
  readonly #skipped: Evaluation['skipped'][number][] = [];
  readonly #failures: Evaluation['failures'][number][] = [];
  #dataPlanes: string | undefined;

  add({ findings, skipped, failures, dataPlanes }: Evaluation): void {
    for (const finding of findings) {
      const { rule, path, object } = finding;
      const key = `${rule} ${path} ${object.namespace}/${object.name}`;
      if (!this.#findings.has(key)) this.#findings.set(key, finding);
    }
    this.#skipped.push(...skipped);
    this.#failures.push(...failures);
    this.#dataPlanes ??= dataPlanes;
  }

  evaluation(left: number): Evaluation {
    const services = `${plural(left, 'more Service')} with such Pods`;
    return {
      findings: [...this.#findings.values()],
      skipped: this.#skipped,
      undecided: [],
      failures: this.#failures,
      incomplete: left > 0 ? `not evaluated for ${services}: at most ${MAX_SERVICES} are` : null,
      ...(this.#dataPlanes === undefined ? {} : { dataPlanes: this.#dataPlanes }),
    };
  }
}
