import { freeAddress } from './placements.ts';
import type { Manifest, ServicePlan } from './services.ts';
import { externalIP, LOCAL_NODE_PORT, NAMESPACE, planService } from './services.ts';

const zone = (...names: string[]): Manifest => ({ forZones: names.map(name => ({ name })) });
const node = (...names: string[]): Manifest => ({ forNodes: names.map(name => ({ name })) });

const on = (name: string, ordinal: number): Manifest => ({ addresses: [freeAddress(name, ordinal)], nodeName: name });
const ready = { conditions: { ready: true } };
const nowhere = { addresses: [freeAddress('n1', 0)], ...ready };
const draining = { conditions: { ready: false, serving: true, terminating: true } };

/** Slices written by hand may contain values that the EndpointSlice controller never writes. */
export const HANDMADE_SERVICES: readonly ServicePlan[] = [
  handmade('no-node-name', {}, [[nowhere]]),
  handmade('no-node-name-internal-local', { internalTrafficPolicy: 'Local' }, [[nowhere]]),
  handmade('no-node-name-both-local', LOCAL_NODE_PORT, [[nowhere]]),
  handmade('nil-conditions', LOCAL_NODE_PORT, [[on('n2', 0), on('n4', 0)]]),
  handmade('nil-serving', LOCAL_NODE_PORT, [[{ ...on('n1', 13), conditions: { ready: false, terminating: true } }]]),
  handmade('forged-zone-hints', { type: 'NodePort' }, [
    [
      { ...on('n1', 1), ...ready, hints: zone('zone-b') },
      { ...on('n3', 1), ...ready, hints: zone('zone-b', 'zone-a') },
    ],
  ]),
  handmade('one-hint-missing', { type: 'NodePort' }, [
    [
      { ...on('n1', 2), ...ready, hints: zone('zone-a') },
      { ...on('n3', 2), ...ready, hints: zone('zone-b') },
    ],
    [{ ...on('n4', 2), ...ready }],
  ]),
  handmade('hint-missing-on-draining', { type: 'NodePort' }, [
    [
      { ...on('n1', 3), ...ready, hints: zone('zone-a') },
      { ...on('n3', 3), ...draining },
    ],
  ]),
  handmade('forged-node-hints', { ...LOCAL_NODE_PORT, externalIPs: [externalIP(204)] }, [
    [
      { ...on('n1', 4), ...ready, hints: node('n2') },
      { ...on('n3', 4), ...ready, hints: { ...node('n5'), ...zone('zone-c') } },
    ],
  ]),
  handmade('node-and-zone-hints', { type: 'NodePort' }, [
    [
      { ...on('n1', 5), ...ready, hints: { ...node('n1'), ...zone('zone-b') } },
      { ...on('n3', 5), ...ready, hints: { ...node('n3'), ...zone('zone-a') } },
    ],
  ]),
  handmade('not-even-serving', LOCAL_NODE_PORT, [
    [
      { ...on('n1', 6), conditions: { ready: false, serving: false, terminating: true } },
      { ...on('n3', 6), ...draining },
    ],
  ]),
  handmade('serving-but-neither', LOCAL_NODE_PORT, [
    [{ ...on('n1', 9), conditions: { ready: false, serving: true } }],
    [{ ...on('n2', 9), conditions: { ready: false, serving: true, terminating: false } }],
  ]),
  handmade('node-hint-missing', { type: 'NodePort' }, [
    [
      { ...on('n1', 10), ...ready, hints: { ...node('n1'), ...zone('zone-c') } },
      { ...on('n3', 10), ...ready, hints: zone('zone-b') },
    ],
  ]),
  handmade('node-hint-missing-on-draining', { type: 'NodePort' }, [
    [
      { ...on('n1', 11), ...ready, hints: node('n1') },
      { ...on('n3', 11), ...draining },
      { ...on('n4', 11), ...ready, hints: node('n3') },
    ],
  ]),
  // kube-proxy keeps the one that is not terminating, in any order of the slices.
  handmade('one-address-twice', LOCAL_NODE_PORT, [
    [{ ...on('n1', 12), ...draining }],
    [{ ...on('n1', 12), ...ready }],
    [{ ...on('n2', 12), ...ready }],
    [{ ...on('n2', 12), ...draining }],
  ]),
  handmade('ready-in-one-slice-only', LOCAL_NODE_PORT, [
    [{ ...on('n1', 7), conditions: { ready: false, serving: false } }],
    [
      { ...on('n1', 8), ...ready },
      { ...on('n2', 8), ...draining },
    ],
  ]),
];

function handmade(name: string, spec: Manifest, slices: readonly (readonly Manifest[])[]): ServicePlan {
  const manifests = slices.map((endpoints, position) => handmadeSlice(name, `${name}-${position}`, endpoints));
  return planService({ name, placement: null, spec, slices: manifests });
}

export function handmadeSlice(service: string, name: string, endpoints: readonly Manifest[]): Manifest {
  const labels = {
    'kubernetes.io/service-name': service,
    'endpointslice.kubernetes.io/managed-by': 'lab.zonewise.dev',
  };
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace: NAMESPACE, labels },
    addressType: 'IPv4',
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    endpoints,
  };
}
