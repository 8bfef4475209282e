import type { Node } from '../../../model/node.ts';
import type { HintsAbsence } from '../../../topology/hints.ts';
import { absenceDetail } from '../../../topology/hints-absence.ts';
import type { TrafficClass } from '../../../topology/route.ts';
import { trafficSenders } from '../../../topology/senders.ts';
import { internalLoad } from '../../../topology/traffic-shares.ts';
import { count, listed } from '../diagram/text.ts';
import type { Judgement } from './evaluate-service.ts';

export const TRAFFIC_CLASSES: readonly TrafficClass[] = ['internal', 'external', 'shortCircuit'];

/**
 * Names of the nodes that lose traffic of the class on any port. Ports without endpoints are ignored if another port
 * has some: their endpoints may be pending.
 */
export function losingNodes(trafficClass: TrafficClass, of: Judgement): readonly string[] {
  const filled = of.ports.filter(({ index }) => index.all.length > 0);
  const known = filled.length > 0 ? filled : of.ports;
  const loses = (node: Node) =>
    known.some(port => (port.route(trafficClass, node)?.verdict ?? 'forward') !== 'forward');
  return trafficSenders(trafficClass, { ...of, service: of.situation.service }).sending.flatMap(({ node }) =>
    loses(node) ? node.name : [],
  );
}

/** Mean over the ports that have endpoints in known zones; `null` if no port has. Equals the overview's share. */
export function inZoneShare({ ports, clients }: Judgement): number | null {
  if (clients.zones.length === 0) return null;
  const placed = ports.filter(({ index }) => [...index.ready, ...index.draining].some(({ zone }) => zone !== null));
  if (placed.length === 0) return null;
  return placed.reduce((sum, port) => sum + internalLoad(port, clients).inZone, 0) / placed.length;
}

/** ClusterIP load of the busiest endpoint over the mean, on the port with the highest. */
export function busiest({ ports, clients }: Judgement): number | null {
  const factors = ports.flatMap(port => {
    const loads = [...internalLoad(port, clients).byEndpoint.values()];
    const carried = loads.reduce((sum, load) => sum + load, 0);
    const most = loads.reduce((max, load) => Math.max(max, load), 0);
    return carried > 0 ? [(most / carried) * Math.max(port.index.ready.length, 1)] : [];
  });
  return factors.length > 0 ? factors.reduce((max, factor) => Math.max(max, factor)) : null;
}

/** `zone-a 2, zone-b 3`, or the reason why there are none. */
export function sayHints({ slices, hintsAbsentBecause }: Judgement): string {
  const zones = new Map<string, number>();
  let nodes = 0;
  for (const { hints } of slices.flatMap(slice => slice.endpoints)) {
    for (const zone of hints?.zones ?? []) zones.set(zone, (zones.get(zone) ?? 0) + 1);
    nodes += hints?.nodes.length ?? 0;
  }
  if (zones.size === 0 && nodes === 0) {
    const [absence] = hintsAbsentBecause.values();
    return absence ? `none (${sayAbsence(absence)})` : 'none';
  }
  const named = [...zones].sort(([a], [b]) => (a < b ? -1 : 1)).map(([zone, n]) => `${zone} ${n}`);
  return [listed(named, 6), ...(nodes > 0 ? [`${count(nodes, 'endpoint')} hinted for a node`] : [])].join('; ');
}

function sayAbsence(absence: HintsAbsence): string {
  return absenceDetail(absence) ?? absence.kind.replaceAll('-', ' ');
}
