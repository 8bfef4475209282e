import type { ApiClient } from './api-client.ts';
import { eventually } from './waiting.ts';

const ZONE_LABEL = 'topology.kubernetes.io/zone';
const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';

export interface NodeSpec {
  readonly name: string;
  readonly zone: string | null;
  readonly controlPlane?: boolean;
  /** Allocatable cores; 4 by default. */
  readonly cpu?: number;
}

export interface PodSpec {
  readonly namespace: string;
  readonly name: string;
  readonly app: string;
  readonly node: string;
}

/** An endpoint as written by the real EndpointSlice controller. */
export interface SeenEndpoint {
  readonly node: string;
  readonly zone: string | null;
  readonly ready: boolean;
  readonly forZones: readonly string[];
}

/** Nodes and pods without kubelets: this creates the objects and patches their status; the controllers do the rest. */
export interface Cluster {
  readonly addNode: (spec: NodeSpec) => Promise<void>;
  readonly removeNode: (name: string) => Promise<void>;
  readonly setZone: (node: string, zone: string | null) => Promise<void>;
  readonly setNodeReady: (node: string, ready: boolean) => Promise<void>;
  /** Resolves when pods can be created in it. */
  readonly addNamespace: (name: string) => Promise<void>;
  readonly addPod: (spec: PodSpec) => Promise<void>;
  readonly setPodReady: (namespace: string, name: string, ready: boolean) => Promise<void>;
  readonly removePod: (namespace: string, name: string) => Promise<void>;
  readonly endpoints: (namespace: string, service: string) => Promise<readonly SeenEndpoint[]>;
  /** Resolves when the Service's ready endpoints are on exactly these nodes. */
  readonly endpointsOn: (
    service: { namespace: string; name: string },
    nodes: readonly string[],
    timeoutMs?: number,
  ) => Promise<void>;
}

export function createCluster(api: ApiClient): Cluster {
  let pods = 0;
  const endpoints = (namespace: string, service: string) => readEndpoints(api, namespace, service);
  return {
    addNode: spec => addNode(api, spec),
    removeNode: name => api.remove(`/api/v1/nodes/${name}`),
    setZone: async (node, zone) => {
      await api.patch(`/api/v1/nodes/${node}`, { metadata: { labels: { [ZONE_LABEL]: zone } } });
    },
    setNodeReady: async (node, ready) => {
      await api.patch(`/api/v1/nodes/${node}/status`, { status: { conditions: [readyCondition(ready)] } });
    },
    addNamespace: async name => {
      await api.post('/api/v1/namespaces', { metadata: { name } });
      await eventually(`the default service account of ${name}`, () =>
        api.get(`/api/v1/namespaces/${name}/serviceaccounts/default`),
      );
    },
    addPod: async spec => {
      pods += 1;
      await addPod(api, spec, `10.244.${Math.floor(pods / 250)}.${1 + (pods % 250)}`);
    },
    setPodReady: (namespace, name, ready) =>
      patchPodStatus(api, `/api/v1/namespaces/${namespace}/pods/${name}`, { conditions: [readyCondition(ready)] }),
    removePod: (namespace, name) => api.remove(`/api/v1/namespaces/${namespace}/pods/${name}`),
    endpoints,
    endpointsOn: async ({ namespace, name }, nodes, timeoutMs = 60_000) => {
      const wanted = nodes.toSorted().join();
      await eventually(`${namespace}/${name} to have endpoints on ${wanted}`, () => endpoints(namespace, name), {
        enough: seen => readyNodes(seen).join() === wanted,
        timeoutMs,
      });
    },
  };
}

async function addNode(api: ApiClient, { name, zone, controlPlane = false, cpu = 4 }: NodeSpec): Promise<void> {
  const labels = {
    'kubernetes.io/hostname': name,
    ...(zone === null ? {} : { [ZONE_LABEL]: zone }),
    ...(controlPlane ? { [CONTROL_PLANE]: '' } : {}),
  };
  await api.post('/api/v1/nodes', { metadata: { name, labels } });
  // Admission taints every new node as not ready; the node lifecycle controller, which removes the taint, does not run
  // here.
  const taints = controlPlane ? [{ key: CONTROL_PLANE, effect: 'NoSchedule' }] : [];
  await api.patch(`/api/v1/nodes/${name}`, { spec: { taints } });
  const resources = { cpu: `${cpu}`, memory: '8Gi', pods: '110' };
  await api.patch(`/api/v1/nodes/${name}/status`, {
    status: {
      capacity: resources,
      allocatable: resources,
      conditions: [readyCondition(true)],
      nodeInfo: { kubeletVersion: 'v1.37.1' },
    },
  });
}

async function addPod(api: ApiClient, spec: PodSpec, ip: string): Promise<void> {
  const { namespace, name, app, node } = spec;
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  await api.post(pods, {
    metadata: { name, labels: { app } },
    spec: { nodeName: node, containers: [{ name: 'main', image: 'none' }], automountServiceAccountToken: false },
  });
  const running = { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions: [readyCondition(true)] };
  await patchPodStatus(api, `${pods}/${name}`, running);
}

async function patchPodStatus(api: ApiClient, pod: string, status: object): Promise<void> {
  await api.patch(`${pod}/status`, { status });
}

export function readyCondition(ready: boolean): object {
  return { type: 'Ready', status: ready ? 'True' : 'False' };
}

interface SliceList {
  readonly items: readonly {
    readonly endpoints?: readonly {
      readonly nodeName?: string;
      readonly zone?: string;
      readonly conditions?: { readonly ready?: boolean };
      readonly hints?: { readonly forZones?: readonly { readonly name: string }[] };
    }[];
  }[];
}

async function readEndpoints(api: ApiClient, namespace: string, service: string): Promise<readonly SeenEndpoint[]> {
  const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const list = await api.get(`${slices}?labelSelector=kubernetes.io%2Fservice-name%3D${service}`);
  return (list as SliceList).items
    .flatMap(slice => slice.endpoints ?? [])
    .map(endpoint => ({
      node: endpoint.nodeName ?? '',
      zone: endpoint.zone ?? null,
      ready: endpoint.conditions?.ready ?? false,
      forZones: (endpoint.hints?.forZones ?? []).map(hint => hint.name),
    }));
}

function readyNodes(endpoints: readonly SeenEndpoint[]): readonly string[] {
  return endpoints
    .filter(endpoint => endpoint.ready)
    .map(endpoint => endpoint.node)
    .toSorted();
}
