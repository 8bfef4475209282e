import { CILIUM_NODE, CILIUM_NODE_SELECTOR, CILIUM_TYPE } from '../../model/annotations.ts';
import { matchesSelector, parseLabelSelector } from '../../model/label-selector.ts';
import type { Node } from '../../model/node.ts';
import type { Service } from '../../model/service.ts';
import type { Entrance } from '../route.ts';

export const EXPOSED_TYPES: readonly string[] = ['ClusterIP', 'NodePort', 'LoadBalancer'];

/** True for nodes that serve the Service; `null` if all do (pkg/loadbalancer/reflectors CheckServiceNodeExposure, v1.20.2). */
export function servingNodes(
  { annotations }: Service,
  { nodeSelector }: { readonly nodeSelector: boolean },
): ((node: Node) => boolean) | null {
  const text = nodeSelector ? annotations[CILIUM_NODE_SELECTOR] : undefined;
  if (text !== undefined) {
    const selector = parseLabelSelector(text);
    // Cilium logs a selector that it cannot read, and serves the Service everywhere.
    return selector === null ? null : node => matchesSelector(selector, node.labels);
  }
  const value = annotations[CILIUM_NODE];
  return value === undefined ? null : node => node.labels[CILIUM_NODE] === value;
}

/** True if the addresses of this kind are served; an unknown type is ignored (NewSvcExposureType, v1.20.2). */
export function servesEntrance({ annotations }: Service, entrance: Entrance): boolean {
  const type = annotations[CILIUM_TYPE];
  return type === undefined || !EXPOSED_TYPES.includes(type) || entrance === 'ExternalIP' || entrance === type;
}
