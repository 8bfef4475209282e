import type { ModeReason, Placement, TopologyMode } from '../categorize.ts';
import type { ProxyEndpoint } from '../proxy-endpoint.ts';
import type { WorkBudget } from '../work-budget.ts';
import type { HintSummary } from './cilium-hints.ts';
import { summarizeHints } from './cilium-hints.ts';
import type { CiliumMinor, Preference } from './cilium-minor.ts';
import { stateOf } from './cilium-state.ts';

type Endpoints = readonly ProxyEndpoint[];

/** The inputs for the choice of endpoints of one port, on one node. */
export interface Selecting {
  readonly onlyLocal: boolean;
  readonly preference: Preference;
  readonly node: Placement;
}

/** Endpoints that get new connections, and how they were chosen. */
export interface Selected {
  readonly endpoints: Endpoints;
  /** True if no active one is left. */
  readonly isDraining: boolean;
  readonly mode: TopologyMode;
  readonly reason: ModeReason;
}

/** Active endpoints, and those that are used if no active one is left. */
interface Candidates {
  readonly active: ProxyEndpoint[];
  readonly draining: ProxyEndpoint[];
}

const NO_CANDIDATES: Candidates = { active: [], draining: [] };

/** The endpoints of one port in one IP family as one minor of Cilium groups them. The same set is always the same array. */
export class CiliumEndpoints {
  readonly all: Candidates = { active: [], draining: [] };
  readonly #onNode = new Map<string, Candidates>();
  readonly #withoutNode: Candidates = { active: [], draining: [] };
  readonly #minor: CiliumMinor;
  readonly #ofService: () => HintSummary;
  readonly #local = new Map<string, Candidates>();
  readonly #selected = new Map<string, Selected>();
  #activeOnNode: ReadonlySet<string> | null = null;
  #byZone: ReadonlyMap<string, Candidates> | null = null;
  #ofAll: HintSummary | null = null;

  constructor(listed: Endpoints, minor: CiliumMinor, { ofService, budget }: HintSource) {
    this.#minor = minor;
    this.#ofService = ofService;
    for (const endpoint of listed) {
      const state = stateOf(endpoint.endpoint, minor);
      if (state === 'unused') continue;
      this.all[state].push(endpoint);
      this.#ownOf(endpoint.nodeName)[state].push(endpoint);
    }
    // Each node with an endpoint may get its own list of the endpoints without a node.
    const withoutNode = this.#withoutNode.active.length + this.#withoutNode.draining.length;
    budget?.spend(this.#onNode.size * withoutNode);
  }

  #ownOf(nodeName: string | null): Candidates {
    if (nodeName === null) return this.#withoutNode;
    const known = this.#onNode.get(nodeName);
    if (known) return known;
    const own: Candidates = { active: [], draining: [] };
    this.#onNode.set(nodeName, own);
    return own;
  }

  /** Nodes with an active endpoint of their own. */
  get activeOnNode(): ReadonlySet<string> {
    const isActive = ([, { active }]: readonly [string, Candidates]) => active.length > 0;
    this.#activeOnNode ??= new Set([...this.#onNode].filter(isActive).map(([name]) => name));
    return this.#activeOnNode;
  }

  select({ onlyLocal, preference, node }: Selecting): Selected {
    const own = this.#onNode.get(node.name);
    if (preference === 'same-node' && own && own.active.length > 0) {
      return this.#cached(`node ${node.name}`, () => ({
        endpoints: own.active,
        isDraining: false,
        mode: 'SameNode',
        reason: 'same-node-endpoints',
      }));
    }
    const place = onlyLocal ? (own ? `local ${node.name}` : 'local') : 'all';
    const zone = preference === 'zone-hints' ? (node.zone ?? '') : null;
    return this.#cached(`${zone} ${place}`, () => {
      const candidates = onlyLocal ? this.#localTo(node.name) : this.all;
      return this.#inZone(candidates, zone, onlyLocal);
    });
  }

  /** Endpoints of this node; those without a node are local to every node. */
  #localTo(nodeName: string): Candidates {
    const own = this.#onNode.get(nodeName);
    if (!own) return this.#withoutNode;
    const known = this.#local.get(nodeName);
    if (known) return known;
    const local = {
      active: joined(own.active, this.#withoutNode.active),
      draining: joined(own.draining, this.#withoutNode.draining),
    };
    this.#local.set(nodeName, local);
    return local;
  }

  #inZone(candidates: Candidates, zone: string | null, onlyLocal: boolean): Selected {
    const hints = this.#hintsFor(candidates);
    const reason = reasonAgainstHints(zone, hints);
    if (zone === null || reason !== null) {
      const noneReady = candidates.active.length === 0;
      return {
        ...usable(candidates),
        mode: 'ClusterWide',
        reason: noneReady ? 'none-ready' : (reason ?? unheeded(hints)),
      };
    }
    const fitting = onlyLocal ? ofZone(candidates, zone) : (this.#zones.get(zone) ?? NO_CANDIDATES);
    return { ...usable(fitting), mode: 'SameZone', reason: 'same-zone-hints' };
  }

  #hintsFor(candidates: Candidates): HintSummary {
    if (this.#minor.hintsRequiredOf !== 'candidates') return this.#ofService();
    if (candidates !== this.all) return summarizeHints(candidates.active, this.#minor);
    this.#ofAll ??= summarizeHints(candidates.active, this.#minor);
    return this.#ofAll;
  }

  get #zones(): ReadonlyMap<string, Candidates> {
    this.#byZone ??= byZoneHint(this.all);
    return this.#byZone;
  }

  #cached(key: string, select: () => Selected): Selected {
    const known = this.#selected.get(key);
    if (known) return known;
    const selected = select();
    this.#selected.set(key, selected);
    return selected;
  }
}

export interface HintSource {
  /** The hints of the whole Service, for minors that read those. */
  readonly ofService: () => HintSummary;
  readonly budget?: WorkBudget | undefined;
}

function usable({ active, draining }: Candidates): Pick<Selected, 'endpoints' | 'isDraining'> {
  return active.length > 0 ? { endpoints: active, isDraining: false } : { endpoints: draining, isDraining: true };
}

/** Why hints are put aside in this zone, `null` if they are obeyed or not asked for. */
function reasonAgainstHints(zone: string | null, hints: HintSummary): ModeReason | null {
  if (zone === null) return null;
  if (!hints.any) return 'no-hints';
  if (!hints.complete) return 'hints-incomplete';
  if (zone === '') return 'node-without-zone';
  return hints.zones.has(zone) ? null : 'no-hint-for-zone';
}

function unheeded({ any }: HintSummary): ModeReason {
  return any ? 'hints-not-supported' : 'no-hints';
}

function joined(own: ProxyEndpoint[], others: ProxyEndpoint[]): ProxyEndpoint[] {
  return others.length === 0 ? own : [...own, ...others];
}

function ofZone({ active, draining }: Candidates, zone: string): Candidates {
  const fits = ({ zoneHints }: ProxyEndpoint) => zoneHints.includes(zone);
  return { active: active.filter(fits), draining: draining.filter(fits) };
}

function byZoneHint(all: Candidates): ReadonlyMap<string, Candidates> {
  const zones = new Map<string, Candidates>();
  for (const state of ['active', 'draining'] as const) {
    for (const endpoint of all[state]) {
      for (const zone of new Set(endpoint.zoneHints)) {
        const candidates = zones.get(zone) ?? { active: [], draining: [] };
        zones.set(zone, candidates);
        candidates[state].push(endpoint);
      }
    }
  }
  return zones;
}
