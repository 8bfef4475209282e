export const ZONE_LABEL = 'topology.kubernetes.io/zone';
export const HOSTNAME_LABEL = 'kubernetes.io/hostname';
export const OS_LABEL = 'kubernetes.io/os';
/** The taint of a cordoned node. */
export const UNSCHEDULABLE_TAINT = 'node.kubernetes.io/unschedulable';

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

export interface Node {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The zone label, `null` when absent or empty. */
  readonly zone: string | null;
  readonly taints: readonly Taint[];
  /** Condition Ready is True. */
  readonly ready: boolean;
  readonly deleting: boolean;
  /** Milliseconds since the epoch, `null` if the manifest has no creation time. */
  readonly createdAt: number | null;
  /** Operating system: `linux`, `windows`; `''` when not reported. */
  readonly os: string;
  /** Allocatable CPU in thousandths of a core; 0 when not reported. */
  readonly milliCPU: number;
  /** The network that replaces kube-proxy, known by its node annotations (OVN-Kubernetes, Antrea, kube-router). */
  readonly thirdPartyProxy: string | null;
  /** Minor version of the kubelet, the best estimate for the node's kube-proxy; `null` when not reported. */
  readonly kubeletMinor: number | null;
}
