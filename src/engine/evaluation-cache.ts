import { Recent } from '../legacy/engine-recent.ts';
import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { Node } from '../model/node.ts';
import type { Rule } from '../rules/rule.ts';
import type { ClientNodeOptions, ClientNodes } from '../topology/client-nodes.ts';
import { clientNodes } from '../topology/client-nodes.ts';
import { Outlook } from '../topology/endpoint-prediction.ts';
import { NodeSet } from '../topology/node-set.ts';
import type { SlicesAsked } from '../topology/slice-prediction.ts';
import type { Policy, RuleLevel } from './policy.ts';

/** Answers kept for one Service's slices, or for one set of nodes: people do not ask more different things at a time. */
const QUESTIONS = 16;
/** Services whose slices are kept in mind, up to twice as many. */
const SERVICES = 64;

interface KnownSlices {
  readonly nodes: NodeSet;
  readonly outlooks: { readonly asked: SlicesAsked; readonly outlook: Outlook }[];
}

/**
 * What was worked out from nodes and slices, kept for as long as the topology hands out the very same arrays. Reviews that
 * follow one another share it; without one each starts from nothing. Bounded, whatever is asked.
 */
export class Memory {
  #nodes = new NodeSet([]);
  #clients: KnownClients | null = null;
  #settings: { readonly policy: Policy; readonly byRule: Map<Rule, RuleLevel> } | null = null;
  readonly #slices = new Recent<readonly EndpointSlice[], KnownSlices>(SERVICES);

  nodes(nodes: readonly Node[]): NodeSet {
    if (nodes !== this.#nodes.nodes) {
      this.#nodes = new NodeSet(nodes);
      // What rests on nodes that were is of no more use, and would keep them alive.
      this.#clients = null;
      this.#slices.clear();
    }
    return this.#nodes;
  }

  /** What holds for each rule where no override can speak of a single Service; to be filled in by who asks. */
  settings(policy: Policy): Map<Rule, RuleLevel> {
    if (this.#settings?.policy !== policy) this.#settings = { policy, byRule: new Map() };
    return this.#settings.byRule;
  }

  /** The client nodes among these. */
  clients(nodes: NodeSet, { options, selector, narrowed }: Narrowing, now: number): NodeSet {
    if (this.#clients?.nodes !== nodes || this.#clients.options !== options) {
      this.#clients = { nodes, options, bySelector: new Map() };
    }
    const { bySelector } = this.#clients;
    const known = bySelector.get(selector);
    if (known && known.from <= now && now < known.clients.until) return known.clients.nodes;
    const clients = clientNodes(nodes, narrowed, now);
    keep(bySelector, selector, { from: now, clients });
    return clients.nodes;
  }

  outlook(nodes: NodeSet, slices: readonly EndpointSlice[], asked: SlicesAsked): Outlook {
    const { outlooks } = this.#knownOf(slices, nodes);
    const known = outlooks.find(one => isSameData(one.asked, asked));
    if (known) return known.outlook;
    const outlook = new Outlook(asked, slices, nodes);
    if (outlooks.length >= QUESTIONS) outlooks.length = 0;
    outlooks.push({ asked, outlook });
    return outlook;
  }

  #knownOf(slices: readonly EndpointSlice[], nodes: NodeSet): KnownSlices {
    const known = this.#slices.get(slices);
    if (known?.nodes === nodes) return known;
    const current = { nodes, outlooks: [] };
    this.#slices.set(slices, current);
    return current;
  }
}

/** Which nodes a Service counts as its clients. */
export interface Narrowing {
  /** For all Services. */
  readonly options: ClientNodeOptions;
  /** What this one adds, as it is written there; `''` for nothing. */
  readonly selector: string;
  /** The options with that. */
  readonly narrowed: ClientNodeOptions;
}

interface KnownClients {
  readonly nodes: NodeSet;
  readonly options: ClientNodeOptions;
  readonly bySelector: Map<string, ClientsFrom>;
}

interface ClientsFrom {
  /** When it was worked out, in milliseconds since the epoch. */
  readonly from: number;
  readonly clients: ClientNodes;
}

/** Of plain data. */
function isSameData(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  for (const key in b) if (!(key in a)) return false;
  for (const key in a) if (!isSameData(a[key as never], b[key as never])) return false;
  return true;
}

function keep<V>(answers: Map<string, V>, question: string, answer: V): void {
  if (answers.size >= QUESTIONS && !answers.has(question)) answers.clear();
  answers.set(question, answer);
}
