import type { LiveCluster } from '../../cluster/live/connect.ts';
import { printable } from '../../report/printable.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';
import { delegatingTopology } from '../../topology/topology-view.ts';
import type { Terminal } from '../command.ts';
import type { LoadedCluster } from './live-cluster.ts';

/**
 * The cluster with its workloads, which a live topology does not watch. If they cannot be read, a warning names the reason and the
 * cluster has none.
 */
export async function withWorkloads(
  cluster: LoadedCluster,
  live: Pick<LiveCluster, 'list'> | undefined,
  { err }: Pick<Terminal, 'err'>,
): Promise<LoadedCluster> {
  if (!live) return cluster;
  const { readWorkloads } = await import('../../cluster/live/workloads.ts');
  try {
    const workloads = await readWorkloads(path => live.list(path));
    const topology = {
      ...delegatingTopology(() => cluster.topology),
      workloads: (namespace: string) => workloads.get(namespace) ?? [],
    };
    return { ...cluster, topology };
  } catch (error) {
    err(`zonewise: the workloads could not be read: ${printable(errorMessageWithCause(error))}\n`);
    return cluster;
  }
}
