export interface ContainerPort {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  /** Set for an init container that keeps running. */
  readonly sidecar?: true;
}

/** The fields of a Pod from which the EndpointSlice controller makes an endpoint. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `null` while unscheduled. */
  readonly nodeName: string | null;
  readonly phase: string;
  /** Condition Ready is True. */
  readonly ready: boolean;
  readonly terminating: boolean;
  /** When a terminating Pod should be gone, in milliseconds since the epoch; `null` if a finalizer may hold it. */
  readonly expectedGoneAt: number | null;
  /** The scheduler found no node for it, or does not try. */
  readonly unschedulable: boolean;
  /** Milliseconds since the epoch, `null` if the manifest has no creation time. */
  readonly createdAt: number | null;
  /** Kind of the owner that controls it (`ReplicaSet`, `DaemonSet`…), `''` when none. */
  readonly controllerKind: string;
  readonly ips: readonly string[];
  readonly ports: readonly ContainerPort[];
}
