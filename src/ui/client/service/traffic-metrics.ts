import type { HintsAbsence } from '../../../topology/hints.ts';
import { absenceDetail } from '../../../topology/hints-absence.ts';
import { busiestFactor, internalTrafficShares } from '../../../topology/traffic-shares.ts';
import { listNames, pluralText } from '../diagram/text.ts';
import type { EvaluatedService } from './evaluate-service.ts';

/** Factor of the busiest endpoint of ClusterIP traffic, on the port with the largest; `null` if no port has traffic. */
export function maxEndpointFactor({ ports, clients }: EvaluatedService): number | null {
  const factors = ports.map(port => busiestFactor(port, internalTrafficShares(port, clients)));
  return factors.reduce((max, factor) => (max === null || (factor !== null && factor > max) ? factor : max), null);
}

/** `zone-a 2, zone-b 3`, or the reason why there are none. */
export function hintsText({ slices, hintsAbsentBecause }: EvaluatedService): string {
  const zones = new Map<string, number>();
  let nodes = 0;
  for (const { hints } of slices.flatMap(slice => slice.endpoints)) {
    for (const zone of hints?.zones ?? []) zones.set(zone, (zones.get(zone) ?? 0) + 1);
    nodes += hints?.nodes.length ?? 0;
  }
  if (zones.size === 0 && nodes === 0) {
    const [absence] = hintsAbsentBecause.values();
    return absence ? `none (${absenceText(absence)})` : 'none';
  }
  const named = [...zones].sort(([a], [b]) => (a < b ? -1 : 1)).map(([zone, n]) => `${zone} ${n}`);
  return [listNames(named, 6), ...(nodes > 0 ? [`${pluralText(nodes, 'endpoint')} hinted for a node`] : [])].join('; ');
}

function absenceText(absence: HintsAbsence): string {
  return absenceDetail(absence) ?? absence.kind.replaceAll('-', ' ');
}
