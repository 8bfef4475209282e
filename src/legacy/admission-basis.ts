import type { Judge } from '../admission/admit.ts';
import { narrowing } from '../engine/context.ts';
import { basisOf } from '../engine/dependencies.ts';
import { DAY } from '../engine/exemption.ts';
import { isStale } from '../engine/needs.ts';
import type { Service } from '../model/service.ts';

/** Which Service, and which nodes it counts as its clients. */
export type BasisSubject = Pick<Service, 'namespace' | 'name' | 'annotations'>;

/** Tells objects apart by numbers, and keeps none of them alive. */
export class Identities {
  readonly #numbers = new WeakMap<object, number>();
  #last = 0;

  /** What is no object stands for itself. */
  of(part: unknown): unknown {
    if (typeof part !== 'object' || part === null) return part;
    const known = this.#numbers.get(part);
    if (known !== undefined) return known;
    this.#numbers.set(part, ++this.#last);
    return this.#last;
  }
}

/**
 * All that the judgement of one Service rests on besides the request, where no Pods were asked for: two that are the same
 * lead the same request to the same judgement. By numbers, as who keeps it is not to keep a cluster that was. Of the
 * time only the day counts, by which an exemption ends, and which nodes are old enough to be clients.
 */
export function admissionBasisOf(subject: BasisSubject, judge: Judge, identities: Identities): readonly unknown[] {
  const { memory } = judge;
  const by = { topology: judge.topology(), facts: judge.facts(), policy: judge.policy() };
  const nodes = memory.nodes(by.topology.nodes());
  const clients = memory.clients(nodes, narrowing(subject, by.policy.clientNodes), by.facts.now);
  const day = Math.floor(by.facts.now / DAY);
  const workloads = by.topology.workloads(subject.namespace);
  const parts = [nodes, clients, workloads, ...basisOf(subject, by), isStale(by.facts), day];
  return parts.map(part => identities.of(part));
}
