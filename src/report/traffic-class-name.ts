import type { OutsideEntrance } from '../topology/entrances.ts';
import type { TrafficClass } from '../topology/route.ts';

/** Names of the traffic classes for people: sender → destination. JSON and URLs use the keys. */
export const TRAFFIC_CLASS_NAMES: Readonly<Record<TrafficClass, string>> = {
  internal: 'Pods → ClusterIP',
  external: 'outside → node port / balancer',
  shortCircuit: 'inside → balancer address',
};

/** Who sends, and what decides about it. */
export const TRAFFIC_CLASS_TEXTS: Readonly<Record<TrafficClass, string>> = {
  internal: 'Pods that use the Service by its name or ClusterIP: internalTrafficPolicy decides, then hints.',
  external:
    'Clients outside the cluster, and Pods that use another node’s port: externalTrafficPolicy decides, and hints if it is Cluster.',
  shortCircuit:
    'Pods and hosts that use an external address, or their own node’s port: they skip the balancer. No policy applies, only hints.',
};

interface Destination {
  readonly outside: string;
  readonly inside: string;
}

const DESTINATIONS: Readonly<Record<OutsideEntrance, Destination>> = {
  LoadBalancer: { outside: 'load balancer', inside: 'balancer address' },
  NodePort: { outside: 'node port', inside: 'own node port' },
  ExternalIP: { outside: 'external IP', inside: 'external IP' },
};

/** The name of a class of a Service with these entrances: `outside → node port`. */
export function trafficClassName(trafficClass: TrafficClass, entrances: readonly OutsideEntrance[]): string {
  if (trafficClass === 'internal' || entrances.length === 0) return TRAFFIC_CLASS_NAMES[trafficClass];
  const sender = trafficClass === 'external' ? 'outside' : 'inside';
  return `${sender} → ${entrances.map(entrance => DESTINATIONS[entrance][sender]).join(' / ')}`;
}
