import type { FastifyBaseLogger } from 'fastify';
import type { ReviewEnvironment } from '../../admission/admit.ts';
import { ManifestTopology } from '../../cluster/manifests/manifest-topology.ts';
import { factsOfFiles } from '../../cluster/snapshot/facts.ts';
import type { Config } from '../../config/config.ts';
import type { ConfigSource } from '../../config/config-source.ts';
import { EvaluationCache } from '../../engine/evaluation-cache.ts';
import { deniesByEndpoints } from '../../engine/policy.ts';
import type { ClusterFacts } from '../../model/topology.ts';
import { RULES } from '../../rules/index.ts';
import type { Metrics } from '../../serving/metrics.ts';
import type { Readiness } from '../../serving/ops-app.ts';
import { collectTopologyMetrics, withLookupMetrics } from '../../webhook/topology-metrics.ts';
import type { Terminal } from '../command.ts';
import { problemsText } from '../connect/connection-errors.ts';
import { throwAsInputError } from '../connect/kube-context.ts';
import { readTopology } from '../connect/manifest-files.ts';
import { assumedFacts, type ClusterFlags, statedDataPlanesOf } from '../flags/flags.ts';
import { readSample, SAMPLE_CLUSTER } from '../sample.ts';

/** The cluster with which reviews are evaluated. */
export interface ReviewSource {
  readonly name: string;
  readonly sample: boolean;
  readonly environment: ReviewEnvironment;
  /** Stays ready: with an outdated topology, the rules that need a newer one are skipped. */
  readonly readiness: () => Readiness;
  /** Resolves when the cluster is known; rejects if `stop` is called before. */
  readonly whenReady: Promise<void>;
  stop(): Promise<void>;
}

export interface ReviewSourceOptions {
  readonly log: FastifyBaseLogger;
  readonly terminal: Terminal;
  readonly metrics: Metrics;
  readonly config: ConfigSource;
}

/** Opens a live cluster, files, or the bundled sample. Throws InputError. */
export async function openReviewSource(flags: ClusterFlags, options: ReviewSourceOptions): Promise<ReviewSource> {
  const inCluster = process.env['KUBERNETES_SERVICE_HOST'] !== undefined;
  if (flags.kubeconfig || (inCluster && !flags.topology)) return liveSource(flags, options);
  const policy = () => options.config.current().policy;
  const sample = flags.topology === undefined;
  const manifests = flags.topology
    ? await readTopology(flags.topology, options.terminal.stdin)
    : readSample(SAMPLE_CLUSTER);
  const topology = new ManifestTopology(manifests);
  const files = factsOfFiles(manifests);
  const assume = () => ({ by: policy(), facts: assumedFacts(flags, policy(), Date.now(), files) });
  let assumed = assume();
  const facts = (): ClusterFacts => {
    if (assumed.by !== policy()) assumed = assume();
    return { ...assumed.facts, now: files.snapshot?.takenAt ?? Date.now() };
  };
  return {
    name: sample ? 'bundled sample' : 'files',
    sample,
    environment: { rules: RULES, topology: () => topology, facts, policy, pods: null, cache: new EvaluationCache() },
    readiness: () => ({ ready: true, waitingFor: [] }),
    whenReady: Promise.resolve(),
    stop: async () => {},
  };
}

async function liveSource(flags: ClusterFlags, { log, metrics, config }: ReviewSourceOptions): Promise<ReviewSource> {
  const { connectCluster } = await import('../../cluster/live/connect.ts');
  const dataPlanes = statedDataPlanesOf(flags);
  const cluster = await connectCluster({
    kubeconfigPath: flags.kubeconfig,
    podNames: config.current().workloads.enabled,
    log: (level, message, fields) => log[level](fields ?? {}, message),
  }).catch(throwAsInputError);
  cluster.whenReady.then(() => log.info('topology synced')).catch(() => {});
  collectTopologyMetrics(metrics, cluster.topology);
  let checked: Config | null = null;
  /** A configuration that is loaded later may need the Pods, too. Once watched, they are until the end. */
  const policy = () => {
    const current = config.current();
    if (current !== checked && needsAllPods(current)) cluster.topology.watchPods();
    checked = current;
    return current.policy;
  };
  policy();
  return {
    name: 'live cluster',
    sample: false,
    environment: {
      rules: RULES,
      topology: () => cluster.topology,
      facts: () => {
        const facts = cluster.facts();
        return { ...facts, dataPlanes: dataPlanes(policy(), facts.dataPlanes) };
      },
      policy,
      pods: withLookupMetrics(metrics, cluster.pods),
      cache: new EvaluationCache(),
    },
    readiness: () => ({
      ready: cluster.ready,
      waitingFor: cluster.ready ? [] : ['topology', ...problemsText(cluster.problems())],
    }),
    whenReady: cluster.whenReady,
    stop: () => cluster.stop(),
  };
}

function needsAllPods({ serving: { watchPods }, policy }: Config): boolean {
  return watchPods === 'always' || (watchPods === 'auto' && deniesByEndpoints(policy, RULES));
}
