import type { Advice } from '../../../engine/advice/advice.ts';
import { Advisor } from '../../../engine/advice/advisor.ts';
import { type ServiceState, topologyOf } from '../service/service-state.ts';

/** The advice of `zonewise advise` for a Service in its cluster. */
export function adviseOn(state: ServiceState): Advice {
  const { facts, policy, service } = state;
  return new Advisor({ topology: topologyOf(state), facts, clientNodes: policy.clientNodes }).advise(service);
}
