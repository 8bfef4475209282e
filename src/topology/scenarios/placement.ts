import type { Node } from '../../model/node.ts';
import { plural } from '../../model/plural.ts';
import type { Workload } from '../../model/workload.ts';
import { feasibleNodes, type PodsByNode } from './feasible-nodes.ts';
import type { ScenarioNotes } from './scenario.ts';
import { workloadText } from './scenario.ts';

/** The nodes of the new Pods whose place is known, and notes about the others. */
export interface Placement extends ScenarioNotes {
  readonly nodes: readonly Node[];
}

export interface NewPods {
  readonly workload: Workload;
  readonly count: number;
  readonly nodes: readonly Node[];
  /** Pods of the workload that are there. */
  readonly pods: PodsByNode;
}

/** More would only repeat the result, and each one is compared with every node. */
const MAX_PLACED_PODS = 200;

/**
 * Where new Pods come up: on the only node that their requirements allow, or in the only zone. If more are left the
 * scheduler decides by what else runs there, which is not known.
 */
export function placePods({ workload, count, nodes, pods }: NewPods): Placement {
  const name = workloadText(workload);
  const [first] = workload.scheduling.unknown;
  if (first !== undefined) return nowhere(`${newPods(count)} of ${name} come up is not known: ${first} decides`);
  const counts = new Map(pods);
  const placed: Node[] = [];
  const assumed = new Set<string>();
  while (placed.length < Math.min(count, MAX_PLACED_PODS)) {
    const feasible = feasibleNodes(workload, nodes, counts);
    const [node] = feasible.toSorted((a, b) => (counts.get(a.name) ?? 0) - (counts.get(b.name) ?? 0));
    const zones = new Set(feasible.map(({ zone }) => zone));
    if (!node || zones.size > 1 || (zones.has(null) && feasible.length > 1)) {
      return { nodes: placed, assumed: [...assumed], unknown: [leftOver(name, count - placed.length, feasible)] };
    }
    if (feasible.length > 1) {
      assumed.add(`new Pods of ${name} in ${node.zone} come up on its nodes with the fewest of them`);
    }
    placed.push(node);
    counts.set(node.name, (counts.get(node.name) ?? 0) + 1);
  }
  return { nodes: placed, assumed: [...assumed], unknown: [] };
}

function nowhere(unknown: string): Placement {
  return { nodes: [], assumed: [], unknown: [`where ${unknown}; shown without them`] };
}

function newPods(count: number): string {
  return plural(count, 'new Pod');
}

function leftOver(workload: string, count: number, feasible: readonly Node[]): string {
  if (feasible.length === 0) return `no node takes ${newPods(count)} of ${workload}: they stay pending`;
  const zones = [...new Set(feasible.map(({ zone }) => zone ?? 'no zone'))].sort();
  const where = zones.length > 1 ? `in ${zones.join(', ')}` : `on ${plural(feasible.length, 'node')}`;
  return `${newPods(count)} of ${workload} may come up ${where}: nothing tells which; shown without them`;
}
