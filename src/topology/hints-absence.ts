import type { HintsAbsence } from './hints.ts';

/** One line: the kind, then the numbers and names. */
export function describeAbsence(absence: HintsAbsence): string {
  const detail = absenceDetail(absence);
  return detail === null ? absence.kind : `${absence.kind}: ${detail}`;
}

/** The numbers and names alone, `null` if there are none. */
export function absenceDetail(absence: HintsAbsence): string | null {
  switch (absence.kind) {
    case 'not-asked-for':
      return 'neither trafficDistribution nor topology-mode Auto is set';
    case 'not-managed':
      return 'the EndpointSlice controller does not manage these slices';
    case 'version-lacks-field':
      return `Kubernetes 1.${absence.minor} does not act on this trafficDistribution`;
    case 'no-ready-endpoints':
    case 'no-ready-nodes':
      return null;
    case 'no-zones':
      return 'no ready endpoint is on a node with a zone';
    case 'not-written':
      return 'the EndpointSlice controller has not written them yet';
    case 'node-without-zone':
      return `no topology.kubernetes.io/zone label on ${absence.nodes.join(', ')}`;
    case 'node-without-cpu':
      return `no allocatable CPU on ${absence.nodes.join(', ')}`;
    case 'one-zone':
      return `all ready nodes are in ${absence.zone}`;
    case 'fewer-endpoints-than-zones':
      return `${absence.endpoints} ready endpoints, ${absence.zones} zones`;
    case 'overload-threshold':
      return `${absence.endpoints} ready endpoints, ${absence.zones} zones need ${absence.needed}`;
    case 'endpoint-without-zone':
      return `${absence.endpoints} ready endpoints have no zone`;
    default:
      return absence satisfies never;
  }
}
