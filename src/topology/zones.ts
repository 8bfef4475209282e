import type { Node } from '../model/node.ts';

/** The zones of these nodes, each once, in order of their names. */
export function zonesOf(nodes: readonly Node[]): readonly string[] {
  return [...new Set(nodes.flatMap(node => node.zone ?? []))].sort();
}
