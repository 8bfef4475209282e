import type { ControlPlane } from '../environment/control-plane.ts';
import type { LabNode } from '../environment/nodes.ts';
import { NODES, nodeAddress, podCIDR } from '../environment/nodes.ts';
import type { PlacedPod } from './placements.ts';
import { PODS } from './placements.ts';
import type { Manifest, ServicePlan } from './services.ts';
import { NAMESPACE } from './services.ts';

const ZONE = 'topology.kubernetes.io/zone';
const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';
/** No controller removes it, so deleted Pods stay. */
const FINALIZER = 'lab.zonewise.dev/stay';

/** Nodes as they register, without their zones. */
export async function createNodes({ kubectl }: ControlPlane): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
  await kubectl(APPLY, listOf([namespace, ...NODES.map(node => nodeManifest({ ...node, zone: null }))]));
  await kubectl([...APPLY, '--subresource=status'], listOf(NODES.map(nodeStatus)));
}

/** Sets the zones of the nodes, like a cloud provider some time after registration. */
export async function labelZones({ kubectl }: ControlPlane): Promise<void> {
  await kubectl(APPLY, listOf(NODES.map(nodeManifest)));
}

/** Creates Pods with their statuses. Terminating Pods are deleted and kept by their finalizer. */
export async function createPods({ kubectl }: ControlPlane): Promise<void> {
  await kubectl(APPLY, listOf(PODS.map(podManifest)));
  await kubectl([...APPLY, '--subresource=status'], listOf(PODS.map(podStatus)));
  await kubectl(['-n', NAMESPACE, 'delete', 'pods', '--selector=state=terminating', '--wait=false']);
}

export async function createServices({ kubectl }: ControlPlane, plans: readonly ServicePlan[]): Promise<void> {
  await kubectl(APPLY, listOf(plans.flatMap(plan => [...plan.slices, plan.service])));
  const balanced = plans.filter(plan => plan.ingress.length > 0);
  if (balanced.length === 0) return;
  await kubectl([...APPLY, '--subresource=status'], listOf(balanced.map(balancerStatus)));
}

const APPLY: readonly string[] = ['apply', '--server-side', '--filename=-'];

function listOf(items: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

function nodeManifest(node: LabNode): Manifest {
  const labels = {
    'kubernetes.io/hostname': node.name,
    ...(node.zone === null ? {} : { [ZONE]: node.zone }),
    ...(node.controlPlane ? { [CONTROL_PLANE]: '' } : {}),
  };
  const spec = { podCIDR: podCIDR(node), podCIDRs: [podCIDR(node)] };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name: node.name, labels }, spec };
}

function nodeStatus(node: LabNode): Manifest {
  const status = {
    addresses: [{ type: 'InternalIP', address: nodeAddress(node) }],
    allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
    conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'as the lab says' }],
  };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name: node.name }, status };
}

function podManifest(pod: PlacedPod): Manifest {
  const metadata = {
    name: pod.name,
    namespace: NAMESPACE,
    labels: { placement: pod.placement, state: pod.state },
    finalizers: [FINALIZER],
  };
  const spec = { nodeName: pod.node.name, containers: [{ name: 'web', image: 'none' }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec };
}

function podStatus(pod: PlacedPod): Manifest {
  const ready = pod.state === 'unready' ? 'False' : 'True';
  const status = {
    phase: 'Running',
    podIP: pod.address,
    podIPs: [{ ip: pod.address }],
    conditions: [{ type: 'Ready', status: ready }],
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: pod.name, namespace: NAMESPACE }, status };
}

function balancerStatus({ name, ingress }: ServicePlan): Manifest {
  const status = { loadBalancer: { ingress } };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: NAMESPACE }, status };
}
