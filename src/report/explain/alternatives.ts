import { zoneBytes } from '../../engine/traffic/zone-bytes.ts';
import { applyApiDefaults } from '../../model/api-defaults.ts';
import { applyEdits, topologyModeRemovalEdits } from '../../model/edit.ts';
import type { FieldEdit } from '../../model/finding.ts';
import { isExternallyAccessible, type Service, TOPOLOGY_MODE_ANNOTATION } from '../../model/service.ts';
import { type ExplainInput, routingForHintsSource } from '../../topology/explain.ts';
import { PREFER_SAME_SINCE_MINOR, TRAFFIC_DISTRIBUTION_SINCE_MINOR } from '../../topology/hints.ts';
import { clientsLosingTraffic } from '../../topology/lost-traffic.ts';
import type { NodeSet } from '../../topology/node-set.ts';
import type { PortRouting } from '../../topology/port-routing.ts';
import { busiestFactor, internalTrafficShares } from '../../topology/traffic-shares.ts';
import { bytesPerMonth, bytesText } from '../bytes.ts';
import { percent } from '../percent.ts';
import { TRAFFIC_CLASS_NAMES } from '../traffic-class-name.ts';
import type { ExplainedTraffic } from './measured.ts';
import { memoizeRoutes } from './routes.ts';

interface Alternative {
  readonly label: string;
  readonly edits: readonly FieldEdit[];
}

function alternativesFor(service: Service, minor: number): readonly Alternative[] {
  const internal = (value: string): FieldEdit => ({ path: ['spec', 'internalTrafficPolicy'], value });
  const distribution = (value: string | null): FieldEdit => ({ path: ['spec', 'trafficDistribution'], value });
  const auto: FieldEdit = { path: ['metadata', 'annotations', TOPOLOGY_MODE_ANNOTATION], value: 'Auto' };
  // The deprecated key wins if both are present.
  const without = topologyModeRemovalEdits(service);
  const values =
    minor >= PREFER_SAME_SINCE_MINOR
      ? ['PreferSameZone', 'PreferSameNode']
      : minor >= TRAFFIC_DISTRIBUTION_SINCE_MINOR
        ? ['PreferClose']
        : [];
  return [
    { label: 'as above', edits: [] },
    { label: 'Cluster', edits: [internal('Cluster'), distribution(null), ...without] },
    ...values.map(value => ({
      label: `Cluster + ${value}`,
      edits: [internal('Cluster'), distribution(value), ...without],
    })),
    { label: 'Cluster + topology-mode Auto', edits: [internal('Cluster'), distribution(null), ...without, auto] },
    { label: 'Local', edits: [internal('Local'), distribution(null), ...without] },
  ];
}

export interface AlternativesInput {
  readonly clients: NodeSet;
  readonly asIs: PortRouting;
  readonly traffic: ExplainedTraffic | null;
}

/** The effect of each setting on the traffic of Pods on client nodes to the ClusterIP. */
export function alternativesTable(
  input: ExplainInput,
  { clients, asIs, traffic }: AlternativesInput,
): readonly string[] {
  const bytesOf = traffic?.bytes
    ? (port: PortRouting) => {
        const { crossZone } = zoneBytes([port], clients, traffic.senders);
        return traffic.missing
          ? `${bytesText(crossZone)} per second`
          : `${bytesText(bytesPerMonth(crossZone))} a month`;
      }
    : null;
  const rows = alternativesFor(input.service, input.facts.version.minor).map(({ label, edits }) => {
    if (edits.length === 0) return rowOf(label, asIs, { clients, bytesOf });
    const service = applyApiDefaults(applyEdits(input.service, edits), input.service);
    const [port] = routingForHintsSource({ ...input, service, hints: 'predicted' });
    return port ? rowOf(label, memoizeRoutes(port), { clients, bytesOf }) : null;
  });
  const external = isExternallyAccessible(input.service) ? ' (outside traffic follows externalTrafficPolicy)' : '';
  return [
    `  ${TRAFFIC_CLASS_NAMES.internal} under other settings, from ${clients.size} client nodes${external}`,
    `    internalTrafficPolicy          lose traffic   stays in zone   on node   busiest endpoint${bytesOf ? '   between zones' : ''}`,
    ...rows.filter(row => row !== null),
  ];
}

interface RowInput {
  readonly clients: NodeSet;
  /** The measured bytes between zones as a text; `null` without. */
  readonly bytesOf: ((port: PortRouting) => string) | null;
}

function rowOf(label: string, port: PortRouting, { clients, bytesOf }: RowInput): string {
  const shares = internalTrafficShares(port, clients);
  const losing = clientsLosingTraffic([port], clients).length;
  const lose = losing === 0 ? 'none' : `${losing} of ${clients.size}`;
  const busiest = busiestFactor(port, shares);
  const kept = `${percent(shares.inZone).padEnd(16)}${percent(shares.onNode).padEnd(10)}`;
  const load = busiest === null ? '-' : `${busiest.toFixed(1)} x mean`;
  const bytes = bytesOf ? `${load.padEnd(19)}${bytesOf(port)}` : load;
  return `    ${label.padEnd(31)}${lose.padEnd(15)}${kept}${bytes}`;
}
