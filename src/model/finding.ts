export type Level = 'off' | 'info' | 'warn' | 'deny';

const LEVEL_ORDER: readonly Level[] = ['off', 'info', 'warn', 'deny'];

/** Negative if `a` is the lower level. */
export function compareLevels(a: Level, b: Level): number {
  return LEVEL_ORDER.indexOf(a) - LEVEL_ORDER.indexOf(b);
}

export function isLevel(value: unknown): value is Level {
  return LEVEL_ORDER.includes(value as Level);
}

export interface ObjectRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** One change to a field of the Service. `value: null` removes it. */
export interface FieldEdit {
  /** Path segments from the object's root: `['spec', 'trafficDistribution']`. */
  readonly path: readonly string[];
  readonly value: string | null;
}

export interface Fix {
  readonly description: string;
  readonly edits: readonly FieldEdit[];
}

/** The inputs of a finding, with which a user can verify it. */
export interface Evidence {
  /** Whether hints were read from the EndpointSlices, predicted for the changed Service, or not used. */
  readonly hints: 'observed' | 'predicted' | 'unused';
  readonly topologyAgeSeconds: number;
  readonly dataPlane: string;
  readonly kubernetesVersion: string;
  /** Upstream file and version that define the behaviour: `pkg/proxy/topology.go, v1.37.1`. */
  readonly source: string;
}

/** A list of names that may be long; only the requested part is built. A string array is a NameList. */
export interface NameList {
  readonly length: number;
  slice(from?: number, to?: number): readonly string[];
}

/** One rule's result about one object. */
export interface Finding {
  readonly rule: string;
  readonly level: Level;
  readonly message: string;
  readonly object: ObjectRef;
  /** JSON path of the field concerned: `spec.internalTrafficPolicy`. */
  readonly path: string;
  readonly nodes: NameList;
  readonly zones: readonly string[];
  readonly fix: Fix | null;
  /** True if the change under review causes the finding; an existing finding was there before. */
  readonly introduced: boolean;
  /** The change that lifts the denial of a review; `null` if the finding does not reject it. */
  readonly denial: string | null;
  /** The rule's page; `null` if the policy has no `docsUrl`. */
  readonly url: string | null;
  readonly evidence: Evidence;
}
