export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
/** kube-proxy ignores EndpointSlices with this label. */
export const HEADLESS_LABEL = 'service.kubernetes.io/headless';
export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';
/** Annotation of slices that Cilium reads from 1.20 on. */
export const CILIUM_WEIGHT_ANNOTATION = 'service.cilium.io/weight';
/** Value of the managed-by label on slices that the EndpointSlice controller owns. */
export const SLICE_CONTROLLER = 'endpointslice-controller.k8s.io';

export interface EndpointHints {
  readonly zones: readonly string[];
  readonly nodes: readonly string[];
}

/** One endpoint as written in the slice. The meaning of a `null` condition depends on the reader. */
export interface Endpoint {
  /** First address in canonical form; `''` if the endpoint has none, which every reader ignores. */
  readonly address: string;
  readonly ready: boolean | null;
  readonly serving: boolean | null;
  readonly terminating: boolean | null;
  readonly nodeName: string | null;
  readonly zone: string | null;
  readonly hints: EndpointHints | null;
  /** Set if its slice has the annotation service.cilium.io/weight with the value 0. */
  readonly zeroWeight?: true;
  /** The Pod that `targetRef` names; only of topologies that keep it. */
  readonly podName?: string;
}

export interface EndpointPort {
  /** `null` names and ports are ignored by kube-proxy. */
  readonly name: string | null;
  readonly protocol: string;
  readonly port: number | null;
}

export interface EndpointSlice {
  readonly namespace: string;
  readonly name: string;
  readonly serviceName: string;
  readonly managedBy: string;
  readonly addressType: string;
  /** False for slices with the headless label, which kube-proxy does not watch. */
  readonly proxied: boolean;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

/** True for slices that the EndpointSlice controller rewrites. It does not change others. */
export function isControllerManaged(slice: EndpointSlice): boolean {
  return slice.managedBy === SLICE_CONTROLLER;
}
