import type { DataPlane, DataPlaneKind } from '../../model/data-plane.ts';
import type { ClusterFacts } from '../../model/topology.ts';
import { dataPlanesOf } from '../data-plane.ts';
import { antreaProfile } from './antrea.ts';
import { calicoProfile } from './calico.ts';
import { ciliumProfile } from './cilium.ts';
import { kubeProxyProfile } from './kube-proxy.ts';
import { kubeRouterProfile } from './kube-router.ts';
import { ovnKubernetesProfile } from './ovn-kubernetes.ts';
import type { Profile } from './profile.ts';
import { unknownProfile } from './unknown.ts';
import { windowsProfile } from './windows.ts';

const PROFILES: { readonly [K in DataPlaneKind]: Profile<Extract<DataPlane, { readonly kind: K }>> } = {
  'kube-proxy': kubeProxyProfile,
  'windows-kube-proxy': windowsProfile,
  cilium: ciliumProfile,
  'calico-ebpf': calicoProfile,
  'ovn-kubernetes': ovnKubernetesProfile,
  antrea: antreaProfile,
  'kube-router': kubeRouterProfile,
  other: unknownProfile,
};

/** The profile of a data plane; its methods take this data plane only. */
export function profileOf<D extends DataPlane>({ kind }: D): Profile<D> {
  return PROFILES[kind] as Profile<D>;
}

/** True if the routing of at least one data plane of the cluster is known. */
export function isEstablished(facts: Pick<ClusterFacts, 'dataPlanes'>): boolean {
  return dataPlanesOf(facts).some(dataPlane => profileOf(dataPlane) !== unknownProfile);
}
