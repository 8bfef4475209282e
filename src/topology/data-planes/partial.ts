import type { Node } from '../../model/node.ts';
import type { Categories } from '../categorize.ts';
import { categorize } from '../categorize.ts';
import { nodesWithReadyEndpoint } from '../endpoint-index.ts';
import { NO_NODES } from '../node-set.ts';
import type { HintSupport } from '../proxy-version.ts';
import type { Route, TrafficClass } from '../route.ts';
import { UNKNOWN_ROUTE } from '../route.ts';
import { clusterRoute, isLocal, localRoute } from './kube-proxy.ts';
import type { PortRouter, Profile, RoutedPort } from './profile.ts';
import { NO_CATEGORIES } from './unknown.ts';

/** The established behaviour of a data plane that otherwise does as kube-proxy. */
export interface PartialKnowledge {
  /** The hints that it obeys for this Service; `null` if that is not established. */
  readonly hints: HintSupport | null;
  /** Classes whose routes are established. */
  readonly classes: readonly TrafficClass[];
}

/** What the data planes with this router have in common. */
export const PARTIAL_PROFILE = {
  ownClusterSets: () => NO_NODES,
  coveredNodes: ({ endpoints: { index } }) => nodesWithReadyEndpoint(index),
  localFallsBack: () => false,
} satisfies Partial<Profile>;

export const NO_HINTS: HintSupport = { zones: false, nodes: false, blankZone: false };

/** Routes as kube-proxy's if they are established, else unknown. */
export class PartialRouter implements PortRouter {
  readonly #port: RoutedPort;
  readonly #known: PartialKnowledge;

  constructor(port: RoutedPort, known: PartialKnowledge) {
    this.#port = port;
    this.#known = known;
  }

  categories(node: Node): Categories {
    const { endpoints, policy } = this.#port;
    const hints = this.#hints();
    return hints ? categorize(endpoints.index, policy, { node, hints }) : NO_CATEGORIES;
  }

  /** Without hints on the slices it does not matter whether they are obeyed. */
  #hints(): HintSupport | null {
    const { readyByZoneHint, readyByNodeHint } = this.#port.endpoints.index;
    const hasHints = readyByZoneHint.size > 0 || readyByNodeHint.size > 0;
    return this.#known.hints ?? (hasHints ? null : NO_HINTS);
  }

  route(trafficClass: TrafficClass, node: Node): Route | null {
    const { endpoints, policy } = this.#port;
    if (trafficClass !== 'internal' && !policy.accessible) return null;
    if (!this.#known.classes.includes(trafficClass)) return UNKNOWN_ROUTE;
    if (isLocal(trafficClass, policy))
      return localRoute(categorize(endpoints.index, policy, { node, hints: NO_HINTS }));
    return this.#hints() ? clusterRoute(this.categories(node)) : UNKNOWN_ROUTE;
  }
}
