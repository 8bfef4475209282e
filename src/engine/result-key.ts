import {
  CLIENT_NODES_ANNOTATION,
  IGNORE_ANNOTATION,
  IGNORE_REASON_ANNOTATION,
  IGNORE_UNTIL_ANNOTATION,
} from '../model/annotations.ts';
import type { Change } from '../model/change.ts';
import type { EndpointSlice } from '../model/endpoint-slice.ts';
import { HEADLESS_LABEL, isControllerManaged } from '../model/endpoint-slice.ts';
import type { Service } from '../model/service.ts';
import {
  SERVICE_PROXY_NAME_LABEL,
  TOPOLOGY_AWARE_HINTS_ANNOTATION,
  TOPOLOGY_MODE_ANNOTATION,
} from '../model/service.ts';
import type { ClusterFacts } from '../model/topology.ts';
import { AWS_LOAD_BALANCER_TYPE, AWS_TARGET_TYPE, GOOGLE_NEG } from '../rules/external-local-skew.ts';
import { portTargetKey } from '../topology/port-listing.ts';
import { DAY_MS } from './exemption.ts';

/** Labels and annotations that a rule reads. No others affect a result. */
export const LABELS_READ: readonly string[] = [SERVICE_PROXY_NAME_LABEL, HEADLESS_LABEL];
export const ANNOTATIONS_READ: readonly string[] = [
  TOPOLOGY_MODE_ANNOTATION,
  TOPOLOGY_AWARE_HINTS_ANNOTATION,
  CLIENT_NODES_ANNOTATION,
  IGNORE_ANNOTATION,
  IGNORE_REASON_ANNOTATION,
  IGNORE_UNTIL_ANNOTATION,
  GOOGLE_NEG,
  AWS_TARGET_TYPE,
  AWS_LOAD_BALANCER_TYPE,
];

/** Larger Services are rare, and each would displace hundreds of others. */
const MAX_PORTS = 100;

/**
 * The key of a result: all of the change and the cluster facts that it depends on, besides the arrays of the topology.
 * `null` if the result is not cached.
 */
export function resultKey(
  { service, old, operation, violations, endpointsUnknown }: Change,
  facts: ClusterFacts,
  slices: readonly EndpointSlice[],
): string | null {
  if (service.ports.length > MAX_PORTS || (old && old.ports.length > MAX_PORTS)) return null;
  // Exemptions end at the end of a UTC day.
  const day = Math.floor(facts.now / DAY_MS);
  const keepNumbers = !slices.every(isControllerManaged);
  return JSON.stringify([
    operation,
    facts.version.minor,
    day,
    violations,
    endpointsUnknown,
    projected(service, keepNumbers),
    old && projected(old, keepNumbers),
  ]);
}

/** @param keepNumbers true if other controllers' slices exist, whose port numbers may equal those of the Service */
function projected(service: Service, keepNumbers: boolean): unknown {
  const { clusterIP } = service;
  return {
    ...service,
    labels: only(service.labels, LABELS_READ),
    annotations: only(service.annotations, ANNOTATIONS_READ),
    clusterIP: clusterIP === '' || clusterIP === 'None' ? clusterIP : 'set',
    ports: service.ports.map(port => [portTargetKey(port), keepNumbers && port.targetPort, port.nodePort !== 0]),
  };
}

function only(values: Readonly<Record<string, string>>, names: readonly string[]): readonly (string | undefined)[] {
  return names.map(name => values[name]);
}
