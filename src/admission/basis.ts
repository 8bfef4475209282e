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

/**
 * All that the judgement of one Service rests on besides the request, where no Pods were asked for: two that are the same
 * lead the same request to the same judgement. Held by identity, as a topology hands out what has not changed as the same
 * array. Of the time only the day counts, by which an exemption ends, and which nodes are old enough to be clients.
 */
export function basisOf({ namespace, name, annotations }: BasisSubject, judge: Judge) {
  const topology = judge.topology();
  const policy = judge.policy();
  const facts = judge.facts();
  const { memory } = judge;
  const nodes = topology.nodes();
  return {
    nodes,
    clients: memory.clients(memory.nodes(nodes), narrowing({ annotations }, policy.clientNodes), facts.now),
    slices: topology.slices(namespace, name),
    workloads: topology.workloads(namespace),
    namespaceLabels: topology.namespaceLabels(namespace),
    policy,
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
