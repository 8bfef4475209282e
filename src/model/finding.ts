export type Level = 'off' | 'info' | 'warn' | 'deny';

const LEVEL_ORDER: readonly Level[] = ['off', 'info', 'warn', 'deny'];

/** Negative where `a` is the milder level. */
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

/** What a statement rests on, for whoever wants to check it. */
export interface Evidence {
  /** Whether EndpointSlice hints were read off the slices or predicted for the Service as it would be. */
  readonly hints: 'observed' | 'predicted' | 'unused';
  readonly topologyAgeSeconds: number;
  readonly dataPlane: string;
  readonly kubernetesVersion: string;
  /** Upstream file and version that says so, as `pkg/proxy/topology.go, v1.37.1`. */
  readonly source: string;
}

/** Names that may be very many: how many there are, and as many of them as are asked for. An array of names is one. */
export interface NameList {
  readonly length: number;
  slice(from?: number, to?: number): readonly string[];
}

/** One rule's statement about one object. */
export interface Finding {
  readonly rule: string;
  readonly level: Level;
  readonly message: string;
  readonly object: ObjectRef;
  /** JSON path of the field concerned: `spec.internalTrafficPolicy`. */
  readonly path: string;
  readonly nodes: readonly string[];
  readonly zones: readonly string[];
  readonly fix: Fix | null;
  /** True where the change under review brought it about; standing findings were there before. */
  readonly introduced: boolean;
  readonly evidence: Evidence;
}
