import { ManifestTopology } from '../../src/cluster/manifests/manifest-topology.ts';
import type { RawObject } from '../../src/model/raw.ts';
import { asList, asObject } from '../../src/model/raw.ts';
import { clusterOf } from '../rules/judge.ts';
import type { HealthyCluster } from './cluster.ts';
import { withPodAddress } from './written-slices.ts';

/** Ordinary events on one node that leave every Service as healthy as before. */
export const DISTURBANCES = ['is cordoned', 'stops reporting', 'gets new Pods'] as const;
export type Disturbance = (typeof DISTURBANCES)[number];

/** One copy of the cluster per node, after this event on that node. */
export function disturbed(cluster: HealthyCluster, what: Disturbance): readonly HealthyCluster[] {
  const manifests = clusterOf(cluster.fixture);
  const objects = manifests.map(({ raw }, i) => withPodAddress(raw, i));
  return new ManifestTopology(manifests).nodes().map(({ name }) => {
    const items = objects.flatMap(object => (isOf(object, name) ? happened(object, what) : [object]));
    return { ...cluster, fixture: { ...cluster.fixture, cluster: [JSON.stringify({ kind: 'List', items })] } };
  });
}

/** True for the Node itself and the Pods that run on it. */
function isOf(object: RawObject, node: string): boolean {
  if (object['kind'] === 'Node') return asObject(object['metadata'])['name'] === node;
  const runs = asObject(object['status'])['phase'] === 'Running';
  return object['kind'] === 'Pod' && runs && asObject(object['spec'])['nodeName'] === node;
}

function happened(object: RawObject, what: Disturbance): readonly RawObject[] {
  const isNode = object['kind'] === 'Node';
  switch (what) {
    case 'is cordoned':
      return [isNode ? cordoned(object) : object];
    case 'stops reporting':
      return [withReady(object, isNode ? 'Unknown' : 'False')];
    case 'gets new Pods':
      return isNode ? [object] : replaced(object);
    default:
      return what satisfies never;
  }
}

function cordoned(node: RawObject): RawObject {
  const spec = asObject(node['spec']);
  const taints = [...asList(spec['taints']), { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }];
  return { ...node, spec: { ...spec, unschedulable: true, taints } };
}

function withReady(object: RawObject, status: string): RawObject {
  return { ...object, status: { ...asObject(object['status']), conditions: [{ type: 'Ready', status }] } };
}

/** The old Pod still serves while it terminates, its successor on the same node is not ready yet. */
function replaced(pod: RawObject): readonly RawObject[] {
  const [metadata, status] = [asObject(pod['metadata']), asObject(pod['status'])];
  const podIPs = asList(status['podIPs']).map(item => ({ ip: `${asObject(item)['ip']}9` }));
  const successor = {
    ...pod,
    metadata: { ...metadata, name: `${metadata['name']}-new` },
    status: { ...status, podIPs },
  };
  const leaving = { ...pod, metadata: { ...metadata, deletionTimestamp: '2026-06-01T12:00:20Z' } };
  return [leaving, withReady(successor, 'False')];
}
