import { ANNOTATIONS_READ, LABELS_READ } from '../model/annotations.ts';
import type { Change } from '../model/change.ts';
import { type EndpointSlice, isControllerManaged } from '../model/endpoint-slice.ts';
import type { Service } from '../model/service.ts';
import type { ClusterFacts } from '../model/topology.ts';
import { portTargetKey } from '../topology/port-listing.ts';
import { DAY_MS } from './exemption.ts';

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
