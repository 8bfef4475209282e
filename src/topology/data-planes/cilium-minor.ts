import type { Cilium } from '../../model/data-plane.ts';
import type { Service } from '../../model/service.ts';
import { topologyMode } from '../../model/service.ts';
import type { Entrance } from '../route.ts';

/** How a Service asks Cilium to choose among its endpoints. */
export type Preference = 'none' | 'zone-hints' | 'same-node';

/** In what Cilium's minors differ (pkg/loadbalancer/writer and reflectors; 1.17: pkg/k8s and pkg/service). */
export interface CiliumMinor {
  /** The preference that the Service requests by its field and annotations. */
  readonly preferenceOf: (service: Service) => Preference;
  /** Which Local policies put zone hints aside, for all traffic of the Service. */
  readonly hintsOffFor: 'either-local' | 'internal-local';
  /**
   * Which endpoints must all have hints, and one of them for the zone: every one of the Service whose state lets it in, or
   * every one at all, on any port and in both families; or the ready ones that this traffic may go to.
   */
  readonly hintsRequiredOf: 'service-usable' | 'service-all' | 'candidates';
  /** A hint counts only on an endpoint with a zone. */
  readonly hintNeedsZone: boolean;
  /** An endpoint that serves and is neither ready nor terminating gets traffic. */
  readonly servingIsActive: boolean;
  /** Slices with weight 0 get no traffic. */
  readonly readsWeight: boolean;
  /** Slices with the headless label count. */
  readonly readsHeadlessSlices: boolean;
  /** The setting enable-internal-traffic-policy exists. */
  readonly internalPolicySetting: boolean;
  /** The annotation service.cilium.io/node-selector exists. */
  readonly nodeSelector: boolean;
  /** What Cilium serves besides ClusterIPs without replacing kube-proxy. */
  readonly withoutReplacement: readonly Entrance[];
}

const zoneHintsOf =
  (values: readonly string[]) =>
  (service: Service): Preference =>
    values.includes(service.trafficDistribution ?? '') || annotationAsks(service) ? 'zone-hints' : 'none';

const V1_18: CiliumMinor = {
  preferenceOf: zoneHintsOf(['PreferClose']),
  hintsOffFor: 'internal-local',
  hintsRequiredOf: 'service-usable',
  hintNeedsZone: false,
  servingIsActive: true,
  readsWeight: false,
  readsHeadlessSlices: false,
  internalPolicySetting: true,
  nodeSelector: true,
  withoutReplacement: [],
};

const V1_17: CiliumMinor = {
  ...V1_18,
  // Hints are obeyed whatever the Service says.
  preferenceOf: () => 'zone-hints',
  hintsOffFor: 'either-local',
  readsHeadlessSlices: true,
  nodeSelector: false,
};

const V1_19: CiliumMinor = {
  ...V1_18,
  hintsRequiredOf: 'service-all',
  hintNeedsZone: true,
  servingIsActive: false,
  internalPolicySetting: false,
  withoutReplacement: ['LoadBalancer', 'ExternalIP'],
};

const V1_20: CiliumMinor = {
  ...V1_19,
  preferenceOf: preferenceSince20,
  hintsRequiredOf: 'candidates',
  readsWeight: true,
  withoutReplacement: ['ExternalIP'],
};

const MINORS: Readonly<Record<number, CiliumMinor>> = { 17: V1_17, 18: V1_18, 19: V1_19, 20: V1_20 };

/** The nearest known one for a minor that is not known. */
export function ciliumMinor(minor: number): CiliumMinor {
  return MINORS[minor] ?? (minor < 17 ? V1_17 : V1_20);
}

/** What Cilium obeys with these settings. */
export function preferenceOf(service: Service, dataPlane: Cilium): Preference {
  const minor = ciliumMinor(dataPlane.version.minor);
  const isOff =
    minor.hintsOffFor === 'internal-local'
      ? service.internalTrafficPolicy === 'Local'
      : service.externalTrafficPolicy === 'Local' || isInternalLocalFor(service, dataPlane);
  return dataPlane.serviceTopology && !isOff ? minor.preferenceOf(service) : 'none';
}

/** True if internalTrafficPolicy Local is obeyed. */
export function isInternalLocalFor({ internalTrafficPolicy }: Service, dataPlane: Cilium): boolean {
  const canBeOff = ciliumMinor(dataPlane.version.minor).internalPolicySetting;
  return internalTrafficPolicy === 'Local' && (!canBeOff || dataPlane.internalTrafficPolicy);
}

/** The field first; the annotation counts where the field is unset or unknown. */
function preferenceSince20(service: Service): Preference {
  switch (service.trafficDistribution) {
    case 'PreferSameNode':
      return 'same-node';
    case 'PreferClose':
    case 'PreferSameZone':
      return 'zone-hints';
    default:
      return annotationAsks(service) ? 'zone-hints' : 'none';
  }
}

/** Any value but three, unlike the EndpointSlice controller, which requires Auto. */
function annotationAsks(service: Service): boolean {
  return !['', 'disabled', 'Disabled'].includes(topologyMode(service) ?? '');
}
