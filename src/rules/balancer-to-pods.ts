import {
  ALIBABA_BACKEND_TYPE,
  AWS_LOAD_BALANCER_TYPE,
  AWS_TARGET_TYPE,
  GOOGLE_NEG,
  TENCENT_DIRECT_ACCESS,
} from '../model/annotations.ts';
import { type Service, TAILSCALE_CLASS } from '../model/service.ts';

/**
 * True if a load balancer does not send to nodes: annotations make it send to Pods (AWS, Google, Alibaba, Tencent), there
 * are no node ports to send to, or it uses the ClusterIP.
 */
export function bypassesNodes(service: Service): boolean {
  const { type, annotations, allocateLoadBalancerNodePorts, loadBalancerClass } = service;
  if (type !== 'LoadBalancer') return false;
  return (
    allocateLoadBalancerNodePorts === false ||
    loadBalancerClass === TAILSCALE_CLASS ||
    GOOGLE_NEG in annotations ||
    annotations[AWS_TARGET_TYPE] === 'ip' ||
    annotations[AWS_LOAD_BALANCER_TYPE] === 'nlb-ip' ||
    annotations[ALIBABA_BACKEND_TYPE] === 'eni' ||
    annotations[TENCENT_DIRECT_ACCESS] === 'true'
  );
}

/** True if traffic from outside enters at nodes, which externalTrafficPolicy is for. */
export function entersAtNodes(service: Service): boolean {
  return !bypassesNodes(service) || service.externalIPs.length > 0;
}
