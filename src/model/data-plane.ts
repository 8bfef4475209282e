import type { LabelSelector } from './label-selector.ts';

/** Version of a data plane: `1.18.4`, or `1.18` with an unknown patch. */
export interface SoftwareVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number | null;
}

export interface KubeProxy {
  readonly kind: 'kube-proxy';
  /** `null`: the version of the node's kubelet. */
  readonly version: SoftwareVersion | null;
  readonly mode: 'iptables' | 'ipvs' | 'nftables';
  /** False if kube-proxy cannot tell local Pods from other clients (no clusterCIDR, detectLocalMode unset). */
  readonly localDetector: boolean;
  /** CIDRs of the node addresses that serve node ports; empty for all. */
  readonly nodePortAddresses: readonly string[];
}

/** kube-proxy on Windows (winkernel). */
export interface WindowsKubeProxy {
  readonly kind: 'windows-kube-proxy';
  readonly version: SoftwareVersion | null;
}

export interface Cilium {
  readonly kind: 'cilium';
  readonly version: SoftwareVersion;
  /** `loadBalancer.serviceTopology`: Cilium then reads hints. */
  readonly serviceTopology: boolean;
  readonly kubeProxyReplacement: boolean;
  /** `bpf-lb-sock`: sockets of the node itself use Cilium's table too. */
  readonly socketLB: boolean;
  /** `enable-internal-traffic-policy` of 1.17 and 1.18. */
  readonly internalTrafficPolicy: boolean;
  /** `enable-node-port` and `enable-external-ips` of 1.17 and 1.18, without the whole replacement. */
  readonly nodePort: boolean;
  readonly externalIPs: boolean;
  /** `k8s-service-proxy-name`: the value of the label service-proxy-name that Cilium serves. */
  readonly serviceProxyName: string;
  /** Serves what Cilium leaves alone. */
  readonly kubeProxy: KubeProxy;
}

/** Calico with its eBPF data plane. */
export interface CalicoEbpf {
  readonly kind: 'calico-ebpf';
  readonly version: SoftwareVersion | null;
}

export interface OvnKubernetes {
  readonly kind: 'ovn-kubernetes';
  readonly version: SoftwareVersion | null;
}

export interface Antrea {
  readonly kind: 'antrea';
  readonly version: SoftwareVersion | null;
  /** AntreaProxy serves node ports and balancer addresses too, not only ClusterIPs. */
  readonly proxyAll: boolean;
  /** Serves what AntreaProxy leaves alone. */
  readonly kubeProxy: KubeProxy;
}

export interface KubeRouter {
  readonly kind: 'kube-router';
  readonly version: SoftwareVersion | null;
}

/** One whose routing is unknown. */
export interface OtherDataPlane {
  readonly kind: 'other';
  readonly version: null;
}

/** The program that routes Service traffic on a node. Plain data, as the page evaluates in the browser. */
export type DataPlane =
  | KubeProxy
  | WindowsKubeProxy
  | Cilium
  | CalicoEbpf
  | OvnKubernetes
  | Antrea
  | KubeRouter
  | OtherDataPlane;

export type DataPlaneKind = DataPlane['kind'];

/** The Nodes that a data plane serves; every part that is set must match. */
export interface NodeCondition {
  /** `linux` or `windows`. */
  readonly os?: string;
  readonly selector?: LabelSelector;
  readonly names?: Readonly<Record<string, true>>;
}

export interface DataPlaneOfNodes {
  /** `null` for all. */
  readonly nodes: NodeCondition | null;
  readonly dataPlane: DataPlane;
}

/** The data plane of every node: the first entry that matches it. The last one matches all. */
export type DataPlaneAssignment = readonly [...DataPlaneOfNodes[], DataPlaneOfNodes];

/** The data planes of a cluster, and how they are known. */
export interface DataPlanes {
  /**
   * `known`: read from the cluster or stated by the configuration; `assumed`: no object says it; `candidates`: several fit
   * what was read.
   */
  readonly certainty: 'known' | 'assumed' | 'candidates';
  /** True if the configuration or a flag states it. */
  readonly stated: boolean;
  /** One, unless the certainty is `candidates`. */
  readonly candidates: readonly [DataPlaneAssignment, ...DataPlaneAssignment[]];
  /** The objects that it was read from, and what could not be read, as text. */
  readonly evidence: readonly string[];
}

export const KUBE_PROXY: KubeProxy = {
  kind: 'kube-proxy',
  version: null,
  mode: 'iptables',
  localDetector: true,
  nodePortAddresses: [],
};

/** Cilium as its chart installs it to replace kube-proxy, in the newest known version. */
export const CILIUM: Cilium = {
  kind: 'cilium',
  version: { major: 1, minor: 20, patch: null },
  serviceTopology: false,
  kubeProxyReplacement: true,
  socketLB: true,
  internalTrafficPolicy: true,
  nodePort: false,
  externalIPs: false,
  serviceProxyName: '',
  kubeProxy: KUBE_PROXY,
};

/** The defaults of a Cilium that leaves node ports and balancer addresses to kube-proxy. */
export const CILIUM_BESIDE_KUBE_PROXY: Cilium = {
  ...CILIUM,
  kubeProxyReplacement: false,
  socketLB: false,
};

/** Cilium's versions whose routing is known, the newest first. */
export const KNOWN_CILIUM_VERSIONS: readonly SoftwareVersion[] = [20, 19, 18, 17].map(minor => ({
  major: 1,
  minor,
  patch: null,
}));

/** A Cilium of this version whose settings are not known. */
export function possibleCiliums(version: SoftwareVersion, kubeProxy: KubeProxy): readonly Cilium[] {
  return [CILIUM, CILIUM_BESIDE_KUBE_PROXY].flatMap(base =>
    [false, true].map(serviceTopology => ({ ...base, version, serviceTopology, kubeProxy })),
  );
}

export const OTHER_DATA_PLANE: OtherDataPlane = { kind: 'other', version: null };

/** One data plane on all nodes, stated by the configuration. */
export function statedDataPlane(dataPlane: DataPlane): DataPlanes {
  return { certainty: 'known', stated: true, candidates: [[{ nodes: null, dataPlane }]], evidence: [] };
}

/** Nothing says what routes Service traffic: kube-proxy is the usual case. */
export const ASSUMED_KUBE_PROXY: DataPlanes = {
  certainty: 'assumed',
  stated: false,
  candidates: [[{ nodes: null, dataPlane: KUBE_PROXY }]],
  evidence: [],
};
