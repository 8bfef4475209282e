import type { Workload } from '../../model/workload.ts';
import type { AllowedLoad } from './advice.ts';

/** By default no endpoint may get more than twice the mean. */
export const DEFAULT_MAX_LOAD = 2;

/**
 * The smaller of the given limit and of what the Pods can use: an autoscaler keeps the mean CPU use at its target, so an
 * endpoint reaches its CPU limit at the limit over that mean.
 */
export function allowedLoad(maxLoad: number, { cpuRequest, cpuLimit, autoscaler }: Workload): AllowedLoad {
  const target = autoscaler?.cpuUtilization ?? null;
  if (cpuRequest === null || cpuLimit === null || target === null) return { factor: maxLoad, from: 'max-load' };
  const factor = cpuLimit / (cpuRequest * target);
  return factor < maxLoad ? { factor: Math.max(1, factor), from: 'cpu-limit' } : { factor: maxLoad, from: 'max-load' };
}
