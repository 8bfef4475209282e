import { asList, asObject, asString, asStringMap } from '../../../src/model/raw.ts';
import type { ApiClient } from '../api-client.ts';
import { readyCondition } from '../cluster.ts';

/** Annotation of a Pod: the nodes that it may run on, separated by spaces. */
export const NODES_ANNOTATION = 'e2e.test/nodes';

interface Pod {
  readonly path: string;
  /** App and template: the Pods that are spread over the nodes. */
  readonly group: string;
  readonly node: string;
  readonly isRunning: boolean;
  readonly isDeleted: boolean;
  /** By preference: of its annotation, or the one that the DaemonSet controller requires. */
  readonly allowed: readonly string[];
}

export interface Kubelets {
  readonly stop: () => Promise<void>;
}

/**
 * Stands in for scheduler and kubelets in one namespace: binds each Pod to the allowed schedulable node with the fewest Pods of its
 * template, makes it ready, and removes it when it is deleted.
 */
export function startKubelets(api: ApiClient, namespace: string): Kubelets {
  let addresses = 0;
  let isStopped = false;
  const step = async (): Promise<void> => {
    const pods = await readPods(api, namespace);
    const { items } = (await api.get('/api/v1/nodes')) as { items: readonly { spec: object; metadata: object }[] };
    const open = items
      .filter(({ spec }) => asObject(spec)['unschedulable'] !== true)
      .map(({ metadata }) => asString(asObject(metadata)['name']));
    const load = pods.filter(({ isDeleted }) => !isDeleted).map(({ group, node }) => `${group} ${node}`);
    for (const pod of pods) {
      if (pod.isDeleted) await api.remove(pod.path);
      else if (pod.node === '') await bind(api, pod, leastLoaded(pod, open, load));
      else if (!pod.isRunning) await run(api, pod, `10.245.0.${1 + (addresses++ % 250)}`);
    }
  };
  const loop = async (): Promise<void> => {
    while (!isStopped) {
      // A Pod may be gone by now.
      await step().catch(() => {});
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  };
  const ended = loop();
  return {
    stop: async () => {
      isStopped = true;
      await ended;
    },
  };
}

/** The node, which is added to the load; null if none is open. */
function leastLoaded({ group, allowed }: Pod, open: readonly string[], load: string[]): string | null {
  const count = (node: string) => load.filter(one => one === `${group} ${node}`).length;
  const [best = null] = allowed.filter(node => open.includes(node)).sort((a, b) => count(a) - count(b));
  if (best !== null) load.push(`${group} ${best}`);
  return best;
}

async function bind(api: ApiClient, { path }: Pod, node: string | null): Promise<void> {
  if (node === null) return;
  const name = path.slice(path.lastIndexOf('/') + 1);
  await api.post(`${path}/binding`, { metadata: { name }, target: { kind: 'Node', name: node } });
}

async function run(api: ApiClient, { path }: Pod, ip: string): Promise<void> {
  const startTime = new Date().toISOString();
  const conditions = [{ ...readyCondition(true), lastTransitionTime: startTime }];
  const status = { phase: 'Running', startTime, podIP: ip, podIPs: [{ ip }], conditions };
  await api.patch(`${path}/status`, { status });
}

async function readPods(api: ApiClient, namespace: string): Promise<readonly Pod[]> {
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const { items } = (await api.get(pods)) as { items: readonly unknown[] };
  return items.map(raw => {
    const { metadata, spec, status } = asObject(raw);
    const { name, labels, annotations, deletionTimestamp } = asObject(metadata);
    const { nodeName, affinity } = asObject(spec);
    const { app = '', 'pod-template-hash': template = '' } = asStringMap(labels);
    const listed = asStringMap(annotations)[NODES_ANNOTATION];
    return {
      path: `${pods}/${asString(name)}`,
      group: `${app} ${template}`,
      node: asString(nodeName),
      isRunning: asObject(status)['phase'] === 'Running',
      isDeleted: deletionTimestamp !== undefined,
      allowed: listed === undefined ? requiredNodes(affinity) : listed.split(' '),
    };
  });
}

/** The node names in the affinity of a DaemonSet's Pod. */
function requiredNodes(affinity: unknown): readonly string[] {
  const required = asObject(
    asObject(asObject(affinity)['nodeAffinity'])['requiredDuringSchedulingIgnoredDuringExecution'],
  );
  return asList(required['nodeSelectorTerms'])
    .flatMap(term => asList(asObject(term)['matchFields']))
    .flatMap(field => asList(asObject(field)['values']).map(asString));
}
