import { HEADLESS_LABEL } from './endpoint-slice.ts';
import { SERVICE_PROXY_NAME_LABEL, TOPOLOGY_AWARE_HINTS_ANNOTATION, TOPOLOGY_MODE_ANNOTATION } from './service.ts';

/** Rules a Service opts out of: ids separated by commas, or `*`. */
export const IGNORE_ANNOTATION = 'zonewise.dev/ignore';
export const IGNORE_REASON_ANNOTATION = 'zonewise.dev/ignore-reason';
/** Last day on which the exemption applies: `2027-01-31`. */
export const IGNORE_UNTIL_ANNOTATION = 'zonewise.dev/ignore-until';
/** A label selector for the nodes on which the Service's clients run. */
export const CLIENT_NODES_ANNOTATION = 'zonewise.dev/client-nodes';

/** The host name that external-dns publishes. */
export const EXTERNAL_DNS_HOSTNAME = 'external-dns.alpha.kubernetes.io/hostname';
export const GOOGLE_NEG = 'cloud.google.com/neg';
export const AWS_TARGET_TYPE = 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type';
export const AWS_LOAD_BALANCER_TYPE = 'service.beta.kubernetes.io/aws-load-balancer-type';
export const ALIBABA_BACKEND_TYPE = 'service.beta.kubernetes.io/backend-type';
export const TENCENT_DIRECT_ACCESS = 'service.cloud.tencent.com/direct-access';
/** kube-vip's addresses of a Service, and the host that announces them, which kube-vip sets. */
export const KUBE_VIP_ADDRESSES = 'kube-vip.io/loadbalancerIPs';
export const KUBE_VIP_HOST = 'kube-vip.io/vipHost';

/** Annotation of a Service and label of Nodes: only Nodes with the same value serve it in Cilium. */
export const CILIUM_NODE = 'service.cilium.io/node';
/** A label selector of the Nodes that serve the Service in Cilium. */
export const CILIUM_NODE_SELECTOR = 'service.cilium.io/node-selector';
/** The one kind of addresses that Cilium serves. */
export const CILIUM_TYPE = 'service.cilium.io/type';

/** Labels and annotations of a Service that a rule reads. No others affect a result. */
export const LABELS_READ: readonly string[] = [SERVICE_PROXY_NAME_LABEL, HEADLESS_LABEL];
export const ANNOTATIONS_READ: readonly string[] = [
  TOPOLOGY_MODE_ANNOTATION,
  TOPOLOGY_AWARE_HINTS_ANNOTATION,
  CLIENT_NODES_ANNOTATION,
  IGNORE_ANNOTATION,
  IGNORE_REASON_ANNOTATION,
  IGNORE_UNTIL_ANNOTATION,
  GOOGLE_NEG,
  AWS_TARGET_TYPE,
  AWS_LOAD_BALANCER_TYPE,
  ALIBABA_BACKEND_TYPE,
  TENCENT_DIRECT_ACCESS,
  KUBE_VIP_ADDRESSES,
  KUBE_VIP_HOST,
  EXTERNAL_DNS_HOSTNAME,
  CILIUM_NODE,
  CILIUM_NODE_SELECTOR,
  CILIUM_TYPE,
];
