import { CILIUM, type DataPlane, KUBE_PROXY } from '../../../model/data-plane.ts';
import { scenarioFlag } from '../../../report/advice/explain-flags.ts';
import type { Scenario as ClusterScenario } from '../../../topology/scenarios/scenario.ts';

/** Fields of the Service that the panel can change. */
export const FIELDS = [
  'internalTrafficPolicy',
  'externalTrafficPolicy',
  'trafficDistribution',
  'topologyMode',
] as const;
export type Field = (typeof FIELDS)[number];

export const DATA_PLANES: Readonly<Record<string, DataPlane>> = {
  'kube-proxy': KUBE_PROXY,
  ipvs: { ...KUBE_PROXY, mode: 'ipvs' },
  cilium: CILIUM,
  'cilium with serviceTopology': { ...CILIUM, serviceTopology: true },
};

/** Changes of the what-if panel. */
export interface Scenario {
  /** Values by field; `null` removes the field. */
  readonly fields: Readonly<Partial<Record<Field, string | null>>>;
  /** A key of DATA_PLANES. */
  readonly dataPlane: string | null;
  /** Minor version, of the API server and of all nodes. */
  readonly minor: number | null;
  /** Changes of the cluster. */
  readonly cluster: readonly ClusterScenario[];
}

export const NO_CHANGES: Scenario = { fields: {}, dataPlane: null, minor: null, cluster: [] };

export function hasNoChanges({ fields, dataPlane, minor, cluster }: Scenario): boolean {
  return Object.keys(fields).length === 0 && dataPlane === null && minor === null && cluster.length === 0;
}

/** `undefined` keeps the current value. */
export function withField(scenario: Scenario, field: Field, value: string | null | undefined): Scenario {
  const { [field]: _, ...rest } = scenario.fields;
  return { ...scenario, fields: value === undefined ? rest : { ...rest, [field]: value } };
}

/** Upper bound, so that a crafted link cannot freeze the browser. */
const MAX_CLUSTER_SCENARIOS = 50;

/** Each is there once, and a workload has one number of Pods: the last one. */
export function withClusterScenario(scenario: Scenario, added: ClusterScenario): Scenario {
  const { cluster } = withoutClusterScenario(scenario, added);
  return cluster.length < MAX_CLUSTER_SCENARIOS ? { ...scenario, cluster: [...cluster, added] } : scenario;
}

export function withoutClusterScenario(scenario: Scenario, removed: ClusterScenario): Scenario {
  const key = keyOf(removed);
  return { ...scenario, cluster: scenario.cluster.filter(one => keyOf(one) !== key) };
}

export function hasClusterScenario({ cluster }: Scenario, wanted: ClusterScenario): boolean {
  return cluster.some(one => keyOf(one) === keyOf(wanted));
}

function keyOf(one: ClusterScenario): string {
  const [flag, value] = scenarioFlag(one);
  return `${flag} ${one.kind === 'scale' ? value.replace(/=.*/s, '') : value}`;
}
