import { narrowing } from '../engine/context.ts';
import { isStale } from '../engine/needs.ts';
import type { Service } from '../model/service.ts';
import type { Judge } from './admit.ts';

const DAY = 24 * 3600 * 1000;

/** Which Service, and which nodes it counts as its clients. */
export interface BasisSubject {
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Service['annotations'];
}

/** Tells objects apart by numbers, and keeps none of them alive. */
export class Identities {
  readonly #numbers = new WeakMap<object, number>();
  #last = 0;

  of(object: object): number {
    const known = this.#numbers.get(object);
    if (known !== undefined) return known;
    this.#numbers.set(object, ++this.#last);
    return this.#last;
  }
}

/**
 * All that the judgement of one Service rests on besides the request, where no Pods were asked for: two that are the same
 * lead the same request to the same judgement. By identity, as a topology hands out what has not changed as the same
 * array, and by numbers, as who keeps a basis is not to keep a cluster that was. Of the time only the day counts, by which an
 * exemption ends, and which nodes are old enough to be clients.
 */
export function basisOf({ namespace, name, annotations }: BasisSubject, judge: Judge, identities: Identities) {
  const topology = judge.topology();
  const policy = judge.policy();
  const facts = judge.facts();
  const { memory } = judge;
  const nodes = topology.nodes();
  const clients = memory.clients(memory.nodes(nodes), narrowing({ annotations }, policy.clientNodes), facts.now);
  return {
    nodes: identities.of(nodes),
    clients: identities.of(clients),
    slices: identities.of(topology.slices(namespace, name)),
    workloads: identities.of(topology.workloads(namespace)),
    namespaceLabels: identities.of(topology.namespaceLabels(namespace)),
    policy: identities.of(policy),
    minor: facts.version.minor,
    dataPlane: facts.dataPlane.kind,
    serviceTopology: facts.dataPlane.serviceTopology,
    assumed: facts.dataPlane.assumed,
    stale: isStale(facts),
    day: Math.floor(facts.now / DAY),
  };
}

export type Basis = ReturnType<typeof basisOf>;

export function isSameBasis(a: Basis, b: Basis): boolean {
  for (const part in a) if (a[part as keyof Basis] !== b[part as keyof Basis]) return false;
  return true;
}
