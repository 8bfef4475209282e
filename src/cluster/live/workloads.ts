import { asObject } from '../../model/raw.ts';
import type { Autoscaler, Workload } from '../../model/workload.ts';
import { projectAutoscaler, projectWorkload } from '../../model/workload-projection.ts';

/** Lists the objects of a path, as stored. */
type List = (path: string) => AsyncGenerator<unknown>;

const WORKLOADS: Readonly<Record<Exclude<Workload['kind'], 'ReplicaSet'>, string>> = {
  Deployment: '/apis/apps/v1/deployments',
  StatefulSet: '/apis/apps/v1/statefulsets',
  DaemonSet: '/apis/apps/v1/daemonsets',
};
const AUTOSCALERS = '/apis/autoscaling/v2/horizontalpodautoscalers';

/**
 * The workloads of a cluster by namespace, with their autoscalers. ReplicaSets are left out: nearly all belong to a
 * Deployment, which keeps its old ones. Throws what `list` throws.
 */
export async function readWorkloads(list: List): Promise<ReadonlyMap<string, readonly Workload[]>> {
  const autoscalers = new Map<string, Autoscaler>();
  for await (const raw of list(AUTOSCALERS)) {
    const { namespace, kind, workload, autoscaler } = projectAutoscaler(raw);
    autoscalers.set(`${kind} ${namespace}/${workload}`, autoscaler);
  }
  const byNamespace = new Map<string, Workload[]>();
  for (const [kind, path] of Object.entries(WORKLOADS)) {
    for await (const raw of list(path)) {
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
