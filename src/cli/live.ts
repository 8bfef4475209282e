import type { Policy } from '../engine/policy.ts';
import { InputError } from '../errors.ts';
import type { ClusterFacts, DataPlaneKind, Topology } from '../model/topology.ts';
import type { AssumptionFlags } from './arguments.ts';
import { dataPlaneFrom, versionFrom } from './arguments.ts';

export interface LiveOptions extends AssumptionFlags {
  readonly kubeconfig?: string | undefined;
  readonly policy: Policy;
  readonly warn: (text: string) => void;
}

const PATIENCE_MILLIS = 60_000;

/** Reads a cluster once, hands it on, and lets go of it. Throws InputError where it cannot be read. */
export async function withLiveCluster<T>(
  options: LiveOptions,
  use: (cluster: { readonly topology: Topology; readonly facts: ClusterFacts }) => T | Promise<T>,
): Promise<T> {
  // client-node and undici take a while to load: who works on files does not pay for them.
  const { connectCluster, KubeconfigError } = await import('../cluster/live/index.ts');
  const version = versionFrom(options['kubernetes-version']);
  const dataPlane = dataPlaneFrom(options.dataplane ?? options.policy.dataPlane);
  const cluster = await connectCluster({
    kubeconfigPath: options.kubeconfig,
    dataPlane: dataPlane.assumed ? 'auto' : (dataPlane.kind satisfies DataPlaneKind),
    log: (level, message, fields) => {
      if (level === 'error') options.warn(`${message} ${JSON.stringify(fields ?? {})}\n`);
    },
  }).catch(cause => {
    if (cause instanceof KubeconfigError) throw new InputError(cause.message, { cause });
    throw cause;
  });
  try {
    await inPatience(cluster.whenReady, () => [...cluster.problems()].map(([what, why]) => `${what}: ${why}`));
    const facts = cluster.facts();
    return await use({ topology: cluster.topology, facts: version ? { ...facts, version } : facts });
  } finally {
    await cluster.stop();
  }
}

async function inPatience(ready: Promise<void>, problems: () => readonly string[]): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const why = problems().join('; ') || 'no answer';
      reject(new InputError(`the cluster could not be read within ${PATIENCE_MILLIS / 1000} s: ${why}`));
    }, PATIENCE_MILLIS);
  });
  await Promise.race([ready, late]).finally(() => clearTimeout(timer));
}
