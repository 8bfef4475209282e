import type { Policy } from '../engine/policy.ts';
import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { Level } from '../model/finding.ts';
import type { Node } from '../model/node.ts';
import type { Service } from '../model/service.ts';
import type { ClusterFacts } from '../model/topology.ts';
import type { Workload } from '../model/workload.ts';

/**
 * Responses of the UI server. All requests are GET, all paths are relative to the page: `api/overview` returns
 * Overview, `api/cluster` ClusterDetail, `api/services/NAMESPACE/NAME` ServiceDetail. `api/events` is a stream of
 * server-sent events: `changed` with a Changed as data, sent on connect and after every change.
 */
export interface Overview {
  /** Grows with every change of the overview. */
  readonly revision: number;
  /** False while rows are missing because the first evaluation of all Services is in progress. */
  readonly complete: boolean;
  readonly source: PageSource;
  readonly services: readonly ServiceRow[];
}

export interface PageSource {
  readonly kind: 'sample' | 'files' | 'live';
  /** File names, or the address of the cluster. */
  readonly name: string;
}

export interface ServiceRow {
  readonly namespace: string;
  readonly name: string;
  readonly type: Service['type'];
  readonly findings: readonly { readonly rule: string; readonly level: Level }[];
  /** Mean share of ClusterIP traffic that stays in its zone, 0 to 1, over all ports; `null` if it is unknown. */
  readonly inZone: number | null;
  /** Number of nodes whose traffic of the class is lost; 0 if the class does not exist. */
  readonly lost: { readonly internal: number; readonly external: number; readonly shortCircuit: number };
}

export interface ClusterDetail {
  readonly revision: number;
  readonly nodes: readonly Node[];
  readonly facts: ClusterFacts;
  readonly policy: Policy;
}

export interface ServiceDetail {
  readonly revision: number;
  readonly service: Service;
  readonly slices: readonly EndpointSlice[];
  readonly namespaceLabels: Readonly<Record<string, string>>;
  /** Those whose Pods the Service selects, if their manifests are known. */
  readonly workloads: readonly Workload[];
  /** Why no workload is known, if the source of the page cannot read them. */
  readonly workloadsUnknownBecause: string | null;
}

export interface Changed {
  readonly revision: number;
}
