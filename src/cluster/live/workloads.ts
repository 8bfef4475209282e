import { asObject } from '../../model/raw.ts';
import type { Autoscaler, Workload } from '../../model/workload.ts';
import { projectAutoscaler, projectWorkload } from '../../model/workload-projection.ts';

/** Lists the objects of a path, as stored. */
export type ListObjects = (path: string) => AsyncGenerator<unknown>;

interface ResourceType {
  readonly api: string;
  readonly plural: string;
}

const WORKLOADS: Readonly<Record<Exclude<Workload['kind'], 'ReplicaSet'>, ResourceType>> = {
  Deployment: { api: '/apis/apps/v1', plural: 'deployments' },
  StatefulSet: { api: '/apis/apps/v1', plural: 'statefulsets' },
  DaemonSet: { api: '/apis/apps/v1', plural: 'daemonsets' },
};
const AUTOSCALERS: ResourceType = { api: '/apis/autoscaling/v2', plural: 'horizontalpodautoscalers' };

/**
 * The workloads of a cluster, or of one namespace, by namespace, with their autoscalers. ReplicaSets are left out: nearly all belong to a
 * Deployment, which keeps its old ones. Throws what `list` throws.
 */
export async function readWorkloads(
  list: ListObjects,
  namespace?: string,
): Promise<ReadonlyMap<string, readonly Workload[]>> {
  const within = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const pathOf = ({ api, plural }: ResourceType) => `${api}${within}/${plural}`;
  const autoscalers = new Map<string, Autoscaler>();
  for await (const raw of list(pathOf(AUTOSCALERS))) {
    const { namespace: own, kind, workload, autoscaler } = projectAutoscaler(raw);
    autoscalers.set(`${kind} ${own}/${workload}`, autoscaler);
  }
  const byNamespace = new Map<string, Workload[]>();
  for (const [kind, type] of Object.entries(WORKLOADS)) {
    for await (const raw of list(pathOf(type))) {
      // The items of a list do not name their kind.
      const workload = projectWorkload({ ...asObject(raw), kind });
      const autoscaler = autoscalers.get(`${kind} ${workload.namespace}/${workload.name}`) ?? null;
      const those = byNamespace.get(workload.namespace);
      if (those) those.push({ ...workload, autoscaler });
      else byNamespace.set(workload.namespace, [{ ...workload, autoscaler }]);
    }
  }
  return byNamespace;
}
