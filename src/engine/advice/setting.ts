import { applyApiDefaults } from '../../model/api-defaults.ts';
import type { DataPlane } from '../../model/data-plane.ts';
import { applyEdits, topologyModeRemovalEdits } from '../../model/edit.ts';
import type { FieldEdit } from '../../model/finding.ts';
import type { Service } from '../../model/service.ts';
import { isTopologyModeAuto, TOPOLOGY_MODE_ANNOTATION } from '../../model/service.ts';
import type { ClusterFacts } from '../../model/topology.ts';
import { dataPlanesOf } from '../../topology/data-plane.ts';
import { profileOf } from '../../topology/data-planes/index.ts';
import { PREFER_SAME_SINCE_MINOR, TRAFFIC_DISTRIBUTION_SINCE_MINOR } from '../../topology/hints.ts';

/** The traffic fields of a Service that advice may change. externalTrafficPolicy decides about client addresses: never. */
export interface Setting {
  readonly internalTrafficPolicy: string;
  readonly trafficDistribution: string | null;
  readonly topologyModeAuto: boolean;
}

export const PLAIN: Setting = { internalTrafficPolicy: 'Cluster', trafficDistribution: null, topologyModeAuto: false };

/** The setting of a stored Service. */
export function settingOf(service: Service): Setting {
  const { internalTrafficPolicy, trafficDistribution } = service;
  return {
    internalTrafficPolicy: internalTrafficPolicy ?? 'Cluster',
    trafficDistribution,
    topologyModeAuto: isTopologyModeAuto(service),
  };
}

/**
 * All settings that this version knows, the simplest first, and today's. topology-mode is deprecated where
 * trafficDistribution exists, so there it is only compared if it is set.
 */
export function settingsFor(service: Service, facts: ClusterFacts): readonly Setting[] {
  const { minor } = facts.version;
  const distributions =
    minor >= PREFER_SAME_SINCE_MINOR
      ? ['PreferSameZone', 'PreferSameNode', ...(isCloseDifferent(service, facts) ? ['PreferClose'] : [])]
      : minor >= TRAFFIC_DISTRIBUTION_SINCE_MINOR
        ? ['PreferClose']
        : [];
  const known = [
    PLAIN,
    ...distributions.map(trafficDistribution => ({ ...PLAIN, trafficDistribution })),
    ...(distributions.length === 0 ? [{ ...PLAIN, topologyModeAuto: true }] : []),
    { ...PLAIN, internalTrafficPolicy: 'Local' },
  ];
  const today = settingOf(service);
  return known.some(setting => isSameSetting(setting, today)) ? known : [...known, today];
}

/** True if a data plane obeys PreferClose and not PreferSameZone, its newer name (Cilium before 1.20). */
function isCloseDifferent(service: Service, facts: ClusterFacts): boolean {
  const obeys = (trafficDistribution: string, dataPlane: DataPlane) =>
    profileOf(dataPlane).obeysHints({ ...service, trafficDistribution }, dataPlane);
  return dataPlanesOf(facts).some(one => obeys('PreferClose', one) !== obeys('PreferSameZone', one));
}

export function isSameSetting(a: Setting, b: Setting): boolean {
  return (
    a.internalTrafficPolicy === b.internalTrafficPolicy &&
    a.trafficDistribution === b.trafficDistribution &&
    a.topologyModeAuto === b.topologyModeAuto
  );
}

/** The edits from the stored Service to the setting. */
export function editsFor(service: Service, setting: Setting): readonly FieldEdit[] {
  const today = settingOf(service);
  const edits: FieldEdit[] = [];
  for (const field of ['internalTrafficPolicy', 'trafficDistribution'] as const) {
    if (today[field] !== setting[field]) edits.push({ path: ['spec', field], value: setting[field] });
  }
  if (today.topologyModeAuto === setting.topologyModeAuto) return edits;
  edits.push(...topologyModeRemovalEdits(service));
  if (setting.topologyModeAuto) {
    edits.push({ path: ['metadata', 'annotations', TOPOLOGY_MODE_ANNOTATION], value: 'Auto' });
  }
  return edits;
}

/** The Service with the setting, as the API server stores it. */
export function withSetting(service: Service, setting: Setting): Service {
  const edits = editsFor(service, setting);
  return edits.length === 0 ? service : applyApiDefaults(applyEdits(service, edits), service);
}

/** `Cluster`, `Cluster + PreferSameZone`, as the table of `explain` names them. */
export function settingText({ internalTrafficPolicy, trafficDistribution, topologyModeAuto }: Setting): string {
  const parts = [internalTrafficPolicy];
  if (trafficDistribution !== null) parts.push(trafficDistribution);
  if (topologyModeAuto) parts.push('topology-mode Auto');
  return parts.join(' + ');
}
