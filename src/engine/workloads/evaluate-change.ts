import type { Finding } from '../../model/finding.ts';
import type { Service } from '../../model/service.ts';
import type { Evaluation } from '../evaluation.ts';
import type { ClusterChange } from './cluster-change.ts';
import { effectsOf } from './effects.ts';
import { evaluateEffect, type WorkloadView } from './evaluate-effect.ts';
import { type ServiceWithPods, servicesWithPods } from './service-pods.ts';

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
  for (const effect of changes.flatMap(change => effectsOf(change, view.topology))) {
    const affected: ServiceWithPods[] = [];
    for (const found of servicesWithPods(view.topology, service => effect.isCandidate(service), effect.isPod)) {
      if (found) affected.push(found);
      else yield result.evaluation(0);
    }
    // Those with the fewest other endpoints are most at risk.
    for (const { service, pods } of affected.sort((a, b) => a.pods.others.length - b.pods.others.length)) {
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
    const services = `${left} more Service${left === 1 ? '' : 's'} with such Pods`;
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
