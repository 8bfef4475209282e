import { CILIUM, type DataPlane, KUBE_PROXY } from '../../../model/data-plane.ts';

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
  /** Added (positive) or removed endpoints by zone; `''` means no zone. */
  readonly endpoints: Readonly<Record<string, number>>;
  /** Names of the drained nodes. */
  readonly drained: readonly string[];
}

export const NO_CHANGES: Scenario = { fields: {}, dataPlane: null, minor: null, endpoints: {}, drained: [] };

export function hasNoChanges({ fields, dataPlane, minor, endpoints, drained }: Scenario): boolean {
  const nothing = Object.keys(fields).length === 0 && Object.keys(endpoints).length === 0 && drained.length === 0;
  return nothing && dataPlane === null && minor === null;
}

/** Upper bound of added endpoints, so that a crafted link cannot freeze the browser. */
const MAX_ADDED_ENDPOINTS = 100;

export function withEndpoints(scenario: Scenario, zone: string, by: number): Scenario {
  const { [zone]: before = 0, ...rest } = scenario.endpoints;
  const after = Math.max(-MAX_ADDED_ENDPOINTS, Math.min(MAX_ADDED_ENDPOINTS, before + by));
  return { ...scenario, endpoints: after === 0 ? rest : { ...rest, [zone]: after } };
}

/** `undefined` keeps the current value. */
export function withField(scenario: Scenario, field: Field, value: string | null | undefined): Scenario {
  const { [field]: _, ...rest } = scenario.fields;
  return { ...scenario, fields: value === undefined ? rest : { ...rest, [field]: value } };
}

export function withDrained(scenario: Scenario, node: string, drained: boolean): Scenario {
  const others = scenario.drained.filter(name => name !== node);
  return { ...scenario, drained: drained ? [...others, node] : others };
}
