import { AWS_LOAD_BALANCER_TYPE, AWS_TARGET_TYPE, GOOGLE_NEG } from '../model/annotations.ts';
import type { Service } from '../model/service.ts';

/** True if annotations make an AWS or Google balancer send to Pods, or if there are no node ports to send to. */
export function sendsToPods({ annotations, allocateLoadBalancerNodePorts }: Service): boolean {
  if (allocateLoadBalancerNodePorts === false || GOOGLE_NEG in annotations) return true;
  const target = annotations[AWS_TARGET_TYPE];
  return target === 'ip' || annotations[AWS_LOAD_BALANCER_TYPE] === 'nlb-ip';
}
