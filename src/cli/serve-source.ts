import type { FastifyBaseLogger } from 'fastify';
import type { Judge } from '../admission/admit.ts';
import { ManifestTopology } from '../cluster/manifest-topology.ts';
import { InputError } from '../errors.ts';
import { RULES } from '../rules/index.ts';
import type { Readiness } from '../server/ops-app.ts';
import type { AssumptionFlags } from './arguments.ts';
import { assumedFacts, dataPlaneFrom, policyFrom } from './arguments.ts';
import { readInput } from './input-files.ts';
import { SAMPLE_CLUSTER } from './sample.ts';
import type { Terminal } from './verb.ts';

/** The cluster that reviews are judged by. */
export interface Source {
  readonly name: string;
  readonly sample: boolean;
  readonly judge: Judge;
  readonly readiness: () => Readiness;
  stop(): Promise<void>;
}

export interface SourceFlags extends AssumptionFlags {
  readonly kubeconfig?: string | undefined;
  readonly topology?: readonly string[] | undefined;
}

/** A live cluster, files, or the bundled sample. Throws InputError. */
export async function openSource(flags: SourceFlags, log: FastifyBaseLogger, terminal: Terminal): Promise<Source> {
  const inCluster = process.env['KUBERNETES_SERVICE_HOST'] !== undefined;
  if (flags.kubeconfig || (inCluster && !flags.topology)) return liveSource(flags, log);
  const policy = policyFrom(flags);
  const sample = flags.topology === undefined;
  const topology = new ManifestTopology(await readInput(flags.topology ?? [SAMPLE_CLUSTER], terminal.stdin));
  const facts = assumedFacts(flags, policy, Date.now());
  return {
    name: sample ? 'bundled sample' : 'files',
    sample,
    judge: {
      rules: RULES,
      topology: () => topology,
      facts: () => ({ ...facts, now: Date.now() }),
      policy: () => policy,
      pods: null,
    },
    readiness: () => ({ ready: true, waitingFor: [] }),
    stop: async () => {},
  };
}

async function liveSource(flags: SourceFlags, log: FastifyBaseLogger): Promise<Source> {
  const { connectCluster, KubeconfigError } = await import('../cluster/live/index.ts');
  const policy = policyFrom(flags);
  const dataPlane = dataPlaneFrom(flags.dataplane ?? policy.dataPlane);
  const cluster = await connectCluster({
    kubeconfigPath: flags.kubeconfig,
    dataPlane: dataPlane.assumed ? 'auto' : dataPlane.kind,
    log: (level, message, fields) => log[level](fields ?? {}, message),
  }).catch(cause => {
    if (cause instanceof KubeconfigError) throw new InputError(cause.message, { cause });
    throw cause;
  });
  cluster.whenReady.then(() => log.info('topology synced')).catch(() => {});
  return {
    name: 'live cluster',
    sample: false,
    judge: {
      rules: RULES,
      topology: () => cluster.topology,
      facts: () => cluster.facts(),
      policy: () => policy,
      pods: cluster.pods,
    },
    readiness: () => ({
      ready: cluster.ready,
      waitingFor: cluster.ready ? [] : ['topology', ...[...cluster.problems()].map(([what, why]) => `${what}: ${why}`)],
    }),
    stop: () => cluster.stop(),
  };
}
