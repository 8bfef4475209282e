import type { StandingView } from '../engine/standing.ts';
import { CLIENT_NODES_ANNOTATION } from '../model/annotations.ts';
import type { EndpointSlice } from '../model/endpoint-slice.ts';
import { matchesSelector, parseLabelSelector } from '../model/label-selector.ts';
import type { Node } from '../model/node.ts';
import type { Service } from '../model/service.ts';
import { EXCLUDE_BALANCERS_LABEL } from '../topology/balancer-nodes.ts';
import { clientNodes } from '../topology/client-nodes.ts';

/** Client nodes with which kube-proxy does one and the same. */
export interface Sender {
  /** One of them, with the CPU of all; where no node reports any, with their number in its place. */
  readonly node: Node;
  readonly count: number;
}

interface Group {
  readonly nodes: readonly Node[];
  readonly cpu: number;
}

interface Clients {
  readonly byName: ReadonlyMap<string, Node>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly cpu: (node: Node) => number;
}

/**
 * The client nodes of Services, gathered so that the cost of a Service is its endpoints and the zones, not the nodes:
 * where no slice names a node, only its zone and its kube-proxy's version decide where its traffic goes.
 */
export class PageClients {
  #view: StandingView | null = null;
  #nodes: readonly Node[] = [];
  #all: readonly Node[] = [];
  #clients: Clients = gather([]);

  /** The same array as long as the client nodes are the same. */
  all(view: StandingView): readonly Node[] {
    const nodes = view.topology.nodes();
    if (view === this.#view && nodes === this.#nodes) return this.#all;
    this.#view = view;
    this.#nodes = nodes;
    const all = clientNodes(nodes, view.policy.clientNodes, view.facts.now);
    if (all.length === this.#all.length && all.every((node, index) => node === this.#all[index])) return this.#all;
    this.#all = all;
    this.#clients = gather(all);
    return all;
  }

  of(service: Service, slices: readonly EndpointSlice[], view: StandingView): readonly Sender[] {
    const all = this.all(view);
    const selector = parseLabelSelector(service.annotations[CLIENT_NODES_ANNOTATION] ?? '');
    if (selector === null || selector.length === 0) return senders(this.#clients, slices);
    return senders(gather(all.filter(node => matchesSelector(selector, node.labels))), slices);
  }
}

function gather(nodes: readonly Node[]): Clients {
  const reported = nodes.some(node => node.cpuMillis > 0);
  const cpu = (node: Node) => (reported ? node.cpuMillis : 1);
  const groups = new Map(
    [...Map.groupBy(nodes, groupOf)].map(([key, members]) => [key, { nodes: members, cpu: sum(members, cpu) }]),
  );
  return { byName: new Map(nodes.map(node => [node.name, node])), groups, cpu };
}

function groupOf({ zone, kubeletMinor, labels }: Node): string {
  return `${zone ?? ''} ${kubeletMinor ?? ''} ${EXCLUDE_BALANCERS_LABEL in labels}`;
}

/** Every node that a slice names by itself, and one for all others of a group. */
function senders({ byName, groups, cpu }: Clients, slices: readonly EndpointSlice[]): readonly Sender[] {
  const named = [...namesIn(slices)].flatMap(name => byName.get(name) ?? []);
  const found: Sender[] = named.map(node => ({ node: { ...node, cpuMillis: cpu(node) }, count: 1 }));
  const namedByGroup = Map.groupBy(named, groupOf);
  for (const [key, group] of groups) {
    const apart = new Set(namedByGroup.get(key));
    const first = group.nodes.find(node => !apart.has(node));
    if (!first) continue;
    const cpuMillis = group.cpu - sum([...apart], cpu);
    found.push({ node: { ...first, cpuMillis }, count: group.nodes.length - apart.size });
  }
  return found;
}

function namesIn(slices: readonly EndpointSlice[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { endpoints } of slices) {
    for (const { nodeName, hints } of endpoints) {
      if (nodeName !== null) names.add(nodeName);
      for (const node of hints?.nodes ?? []) names.add(node);
    }
  }
  return names;
}

function sum(nodes: readonly Node[], cpu: (node: Node) => number): number {
  return nodes.reduce((total, node) => total + cpu(node), 0);
}
