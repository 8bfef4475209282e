import type { DataPlane } from '../../../model/topology.ts';

/** Fields of the Service that the page has switches for. */
export const FIELDS = [
  'internalTrafficPolicy',
  'externalTrafficPolicy',
  'trafficDistribution',
  'topologyMode',
] as const;
export type Field = (typeof FIELDS)[number];

export const DATA_PLANES: Readonly<Record<string, DataPlane>> = {
  'kube-proxy': { kind: 'kube-proxy', serviceTopology: false, assumed: false },
  ipvs: { kind: 'ipvs', serviceTopology: false, assumed: false },
  cilium: { kind: 'cilium', serviceTopology: false, assumed: false },
  'cilium with serviceTopology': { kind: 'cilium', serviceTopology: true, assumed: false },
};

/** What is asked to be otherwise than it is. */
export interface Scenario {
  /** By field; `null` takes the field away. */
  readonly fields: Readonly<Partial<Record<Field, string | null>>>;
  /** A key of DATA_PLANES. */
  readonly dataPlane: string | null;
  /** Kubernetes 1.x, of the API server and of all nodes. */
  readonly minor: number | null;
  /** Endpoints more, or fewer, by zone; `''` for those without one. */
  readonly endpoints: Readonly<Record<string, number>>;
  /** Names of nodes. */
  readonly drained: readonly string[];
}

export const AS_IT_IS: Scenario = { fields: {}, dataPlane: null, minor: null, endpoints: {}, drained: [] };

export function isAsItIs({ fields, dataPlane, minor, endpoints, drained }: Scenario): boolean {
  const nothing = Object.keys(fields).length === 0 && Object.keys(endpoints).length === 0 && drained.length === 0;
  return nothing && dataPlane === null && minor === null;
}

/** More endpoints than this are not to be had by pressing a button, and a link must not freeze whoever opens it. */
const MOST_ENDPOINTS = 100;

export function withEndpoints(scenario: Scenario, zone: string, by: number): Scenario {
  const { [zone]: before = 0, ...rest } = scenario.endpoints;
  const after = Math.max(-MOST_ENDPOINTS, Math.min(MOST_ENDPOINTS, before + by));
  return { ...scenario, endpoints: after === 0 ? rest : { ...rest, [zone]: after } };
}

/** `undefined` leaves the field as it is in the cluster. */
export function withField(scenario: Scenario, field: Field, value: string | null | undefined): Scenario {
  const { [field]: _, ...rest } = scenario.fields;
  return { ...scenario, fields: value === undefined ? rest : { ...rest, [field]: value } };
}

export function withDrained(scenario: Scenario, node: string, drained: boolean): Scenario {
  const others = scenario.drained.filter(name => name !== node);
  return { ...scenario, drained: drained ? [...others, node] : others };
}
