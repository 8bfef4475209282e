import type { CiliumMinor } from './cilium-minor.ts';

/** The conditions of an endpoint as its slice has them. */
interface Conditions {
  readonly ready: boolean | null;
  readonly serving: boolean | null;
  readonly terminating: boolean | null;
  readonly zeroWeight?: true;
}

/** Whether an endpoint gets new connections: always, only if no active one is left, or never. */
export type EndpointState = 'active' | 'draining' | 'unused';

/**
 * 1.17 and 1.18 drop endpoints that do not serve when they read a slice (pkg/k8s/endpoints.go ParseEndpointSliceV1, v1.18.4);
 * 1.19 keeps them without traffic (pkg/loadbalancer/reflectors/conversions.go convertEndpoints, v1.20.2).
 */
export function stateOf(
  { ready, serving, terminating, zeroWeight }: Conditions,
  { servingIsActive, readsWeight }: CiliumMinor,
): EndpointState {
  if (zeroWeight && readsWeight) return 'unused';
  if (ready ?? true) return 'active';
  // An absent condition means serving, but up to 1.18 the same as ready.
  if (!(serving ?? !servingIsActive)) return 'unused';
  if (terminating) return 'draining';
  return servingIsActive ? 'active' : 'unused';
}
