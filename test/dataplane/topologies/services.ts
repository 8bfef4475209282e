import type { Placement } from './placements.ts';
import { PLACEMENT_NAMES } from './placements.ts';

export const NAMESPACE = 'lab';
export const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';

export const LOCAL_NODE_PORT = { type: 'NodePort', externalTrafficPolicy: 'Local', internalTrafficPolicy: 'Local' };

export type Manifest = Readonly<Record<string, unknown>>;

/** A Service to probe, with the objects that it needs. */
export interface ServicePlan {
  readonly name: string;
  /** Placement of the Pods that it selects; `null` if its slices are written by hand. */
  readonly placement: Placement | null;
  readonly service: Manifest;
  /** Status that a cloud provider would write. */
  readonly ingress: readonly Manifest[];
  readonly slices: readonly Manifest[];
  /** Removes the selector after the controller has written the slices, which stay. */
  readonly losesSelector: boolean;
}

export interface ServiceText {
  readonly name: string;
  readonly placement: Placement | null;
  readonly spec: Manifest;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ingress?: readonly Manifest[];
  readonly slices?: readonly Manifest[];
  readonly losesSelector?: boolean;
}

export function planService(text: ServiceText): ServicePlan {
  const { name, placement, annotations = {}, labels = {} } = text;
  const spec = {
    ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
    ...(placement === null ? {} : { selector: { placement } }),
    ...text.spec,
  };
  const metadata = { name, namespace: NAMESPACE, annotations, labels };
  return {
    name,
    placement,
    service: { apiVersion: 'v1', kind: 'Service', metadata, spec },
    ingress: text.ingress ?? [],
    slices: text.slices ?? [],
    losesSelector: text.losesSelector ?? false,
  };
}

const STEERINGS = {
  plain: {},
  close: { trafficDistribution: 'PreferClose' },
  zone: { trafficDistribution: 'PreferSameZone' },
  node: { trafficDistribution: 'PreferSameNode' },
  auto: { annotations: { [TOPOLOGY_MODE]: 'Auto' } },
} as const;

type Exposure = 'clusterip' | 'extip' | 'nodeport' | 'lb';
type Policy = 'Cluster' | 'Local';

interface Policies {
  readonly exposure: Exposure;
  readonly internal: Policy;
  readonly external: Policy;
}

const BOTH: readonly Policy[] = ['Cluster', 'Local'];

/** All fourteen combinations: a ClusterIP Service has no external policy. */
const POLICIES: readonly Policies[] = BOTH.flatMap(internal => [
  { exposure: 'clusterip', internal, external: 'Cluster' } as const,
  ...BOTH.flatMap(external =>
    (['extip', 'nodeport', 'lb'] as const).map(exposure => ({ exposure, internal, external })),
  ),
]);

/**
 * Seventy Services that pair every distribution setting with every placement and with every combination of type and
 * policies. There are as many placements as combinations, and each setting shifts them by one.
 */
export function matrix(): ServicePlan[] {
  return Object.entries(STEERINGS).flatMap(([steering, how], row) =>
    PLACEMENT_NAMES.map((placement, column) => {
      const policies = POLICIES[(column + 3 * row) % POLICIES.length];
      if (!policies) throw new RangeError('no policies to combine');
      const { annotations, ...steeringSpec } = { annotations: {}, ...how };
      const ordinal = 1 + row * PLACEMENT_NAMES.length + column;
      const name = `${placement}-${steering}-${policies.exposure}-${letters(policies)}`;
      const { spec, ingress } = exposed(policies, ordinal);
      return planService({ name, placement, annotations, ingress, spec: { ...spec, ...steeringSpec } });
    }),
  );
}

/** `il-ec`: internalTrafficPolicy Local, externalTrafficPolicy Cluster. */
function letters({ exposure, internal, external }: Policies): string {
  const inside = internal === 'Local' ? 'il' : 'ic';
  if (exposure === 'clusterip') return inside;
  return `${inside}-${external === 'Local' ? 'el' : 'ec'}`;
}

function exposed(policies: Policies, ordinal: number): { spec: Manifest; ingress: readonly Manifest[] } {
  const { exposure, internal: internalTrafficPolicy, external: externalTrafficPolicy } = policies;
  switch (exposure) {
    case 'clusterip':
      return { spec: { internalTrafficPolicy }, ingress: [] };
    case 'extip': {
      const externalIPs = [externalIP(ordinal)];
      return { spec: { internalTrafficPolicy, externalTrafficPolicy, externalIPs }, ingress: [] };
    }
    case 'nodeport':
      return { spec: { type: 'NodePort', internalTrafficPolicy, externalTrafficPolicy }, ingress: [] };
    case 'lb':
      return {
        spec: { type: 'LoadBalancer', internalTrafficPolicy, externalTrafficPolicy },
        ingress: [{ ip: balancerIP(ordinal) }],
      };
    default:
      return exposure satisfies never;
  }
}

export function externalIP(ordinal: number): string {
  return `203.0.113.${ordinal}`;
}

export function balancerIP(ordinal: number): string {
  return `198.51.100.${ordinal}`;
}
