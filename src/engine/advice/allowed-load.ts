import type { Workload } from '../../model/workload.ts';
import type { AllowedLoad } from './advice.ts';

/** By default no endpoint may get more than twice the mean. */
export const DEFAULT_MAX_LOAD = 2;

/**
 * The given limit, and what the Pods can use: an autoscaler keeps the mean CPU use of today's Pods at its target, so an
 * endpoint reaches its CPU limit at the limit over that mean.
 */
export function allowedLoad(maxLoad: number, { cpuRequest, cpuLimit, autoscaler }: Workload): AllowedLoad {
  const target = autoscaler?.cpuUtilization ?? null;
  if (cpuRequest === null || cpuLimit === null || target === null) {
    return { factor: maxLoad, from: 'max-load', maxLoad, cpuLimit: null };
  }
  const factor = cpuLimit / (cpuRequest * target);
  return {
    factor: Math.min(factor, maxLoad),
    from: factor < maxLoad ? 'cpu-limit' : 'max-load',
    maxLoad,
    cpuLimit: factor,
  };
}
