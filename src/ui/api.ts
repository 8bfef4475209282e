import type { Policy } from '../engine/policy.ts';
import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { Level } from '../model/finding.ts';
import type { Node } from '../model/node.ts';
import type { Service } from '../model/service.ts';
import type { ClusterFacts } from '../model/topology.ts';

/**
 * What the page asks of its server, all by GET, all JSON, all paths relative to the page:
 * `api/overview` → Overview, `api/cluster` → ClusterDetail, `api/services/NAMESPACE/NAME` → ServiceDetail,
 * `api/events` → server-sent events: `changed` with a Changed as its data, at once and whenever there is something new.
 */
export interface Overview {
  /** Grows with every change of the view. */
  readonly revision: number;
  /** False while Services are still being judged: rows are missing then. */
  readonly complete: boolean;
  readonly source: PageSource;
  readonly services: readonly ServiceRow[];
}

export interface PageSource {
  readonly kind: 'sample' | 'files' | 'live';
  /** File names, or the cluster's address. */
  readonly name: string;
}

export interface ServiceRow {
  readonly namespace: string;
  readonly name: string;
  readonly type: Service['type'];
  readonly findings: readonly { readonly rule: string; readonly level: Level }[];
  /** Share of ClusterIP traffic that stays in its zone, 0 to 1, over all ports; `null` where nothing can be said. */
  readonly inZone: number | null;
  /** Nodes whose traffic of the class has nowhere to go; 0 where the class does not exist. */
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
}

export interface Changed {
  readonly revision: number;
}
