import type { LiveCluster } from '../../cluster/live/connect.ts';
import { ManifestTopology } from '../../cluster/manifests/manifest-topology.ts';
import { factsOfFiles } from '../../cluster/snapshot/facts.ts';
import type { Policy } from '../../engine/policy.ts';
import type { ClusterFacts, Topology } from '../../model/topology.ts';
import { InputError } from '../../runtime/errors.ts';
import type { Terminal } from '../command.ts';
import { assumedFacts, type ClusterFlags, dataPlaneStatements } from '../flags/flags.ts';
import { parseVersionFlag } from '../flags/version-flag.ts';
import { type Progress, type Screen, startProgress } from '../output/progress.ts';
import { permanentConnectionError, permanentSyncError, problemsText } from './connection-errors.ts';
import { type KubeContext, readKubeContext, throwAsInputError } from './kube-context.ts';
import { kubeletVersion, type VersionFrom } from './kubernetes-version.ts';
import { readUsableTopology } from './manifest-files.ts';

export interface LiveOptions extends ClusterFlags {
  readonly policy: Policy;
  readonly warn: (text: string) => void;
  /** Where progress is drawn; nowhere by default. */
  readonly screen?: Screen | undefined;
}

/** A cluster that was read once. */
export interface LoadedCluster {
  readonly topology: Topology;
  readonly facts: ClusterFacts;
  readonly versionFrom: VersionFrom;
  /** The namespace of names without one. */
  readonly namespace: string;
  /** Parts of --topology that cannot be used; none of a live cluster. */
  readonly errors: readonly InputError[];
}

const SYNC_TIMEOUT_MS = 60_000;
const POLL_INTERVAL_MS = 100;

/**
 * Reads a cluster, passes it to `use` and releases it afterwards. Throws InputError if it cannot be read: immediately for
 * a permanent error, else after a minute.
 */
export async function withLiveCluster<T>(
  options: LiveOptions,
  /** Gets the cluster as it was read, and the one that is watched. */
  use: (cluster: LoadedCluster, live: LiveCluster) => T | Promise<T>,
): Promise<T> {
  const version = parseVersionFlag(options['kubernetes-version']);
  const context = await readKubeContext(options);
  const progress = startProgress(options.screen);
  progress.show(() => `connecting to ${context.server}`);
  const cluster = await connect(options, context, progress);
  try {
    await waitUntilSynced(cluster, context, progress);
    progress.clear();
    const facts: ClusterFacts = { ...cluster.facts(), topologyFrom: 'cluster', ...(version && { version }) };
    const { namespace } = context;
    const versionFrom = version ? 'stated' : 'cluster';
    return await use({ topology: cluster.topology, facts, versionFrom, namespace, errors: [] }, cluster);
  } finally {
    progress.clear();
    await cluster.stop();
  }
}

/**
 * Calls `use` with the cluster of --topology, else with the live one. Throws InputError if it cannot be read.
 * `fromKubelets`: if nothing tells the version, it is that of the newest kubelet instead of the newest known.
 */
export async function withCluster<T>(
  values: ClusterFlags & { readonly fromKubelets?: boolean },
  policy: Policy,
  terminal: Terminal,
  use: (cluster: LoadedCluster, live?: LiveCluster) => T | Promise<T>,
): Promise<T> {
  const { err: warn, screen } = terminal;
  if (!values.topology) return withLiveCluster({ ...values, policy, warn, screen }, use);
  const { manifests, errors } = await readUsableTopology(values.topology, terminal.stdin);
  const files = factsOfFiles(manifests);
  const facts = assumedFacts(values, policy, Date.now(), files);
  const topology = new ManifestTopology(manifests, facts.version);
  const known = values['kubernetes-version'] !== undefined ? 'stated' : files.snapshot ? 'cluster' : 'assumed';
  const loaded = { topology, facts, versionFrom: known, namespace: 'default', errors } as const;
  const version = known === 'assumed' && values.fromKubelets ? kubeletVersion(topology.nodes()) : null;
  if (!version) return use(loaded);
  const read = version.minor === facts.version.minor ? topology : new ManifestTopology(manifests, version);
  return use({ ...loaded, topology: read, facts: { ...facts, version }, versionFrom: 'kubelets' });
}

async function connect(options: LiveOptions, context: KubeContext, progress: Progress): Promise<LiveCluster> {
  const { connectCluster } = await import('../../cluster/live/connect.ts');
  const drawing = setInterval(() => progress.show(() => `connecting to ${context.server}`), POLL_INTERVAL_MS);
  try {
    return await connectCluster({
      kubeconfigPath: options.kubeconfig,
      context: options.context,
      stated: dataPlaneStatements(options, options.policy),
      probe: error => {
        const lasting = permanentConnectionError(error, context);
        if (lasting) throw lasting;
      },
      log: (level, message, fields) => {
        if (level !== 'error') return;
        progress.clear();
        options.warn(`${message} ${JSON.stringify(fields ?? {})}\n`);
      },
    });
  } catch (cause) {
    return throwAsInputError(cause);
  } finally {
    clearInterval(drawing);
    progress.clear();
  }
}

async function waitUntilSynced(cluster: LiveCluster, context: KubeContext, progress: Progress): Promise<void> {
  let looking: ReturnType<typeof setInterval> | undefined;
  const until = performance.now() + SYNC_TIMEOUT_MS;
  const unready = new Promise<never>((_, reject) => {
    looking = setInterval(() => {
      progress.show(() => `reading ${context.server}: ${progressText(cluster)}`);
      const lasting = permanentSyncError(cluster.problems(), context);
      if (lasting) reject(lasting);
      if (performance.now() < until) return;
      const why =
        problemsText(cluster.problems()).join('; ') || `no answer yet for ${unsyncedResources(cluster).join(', ')}`;
      const seconds = SYNC_TIMEOUT_MS / 1000;
      reject(new InputError(`the cluster at ${context.server} could not be read within ${seconds} s: ${why}`));
    }, POLL_INTERVAL_MS);
  });
  await Promise.race([cluster.whenReady, unready]).finally(() => clearInterval(looking));
}

/** `nodes 5000, services 812..., endpointslices 0...`: three dots while a list is incomplete. */
function progressText({ topology }: LiveCluster): string {
  return Object.entries(topology.counters())
    .map(([resource, { seen, synced }]) => `${resource} ${seen}${synced ? '' : '...'}`)
    .join(', ');
}

function unsyncedResources({ topology }: LiveCluster): readonly string[] {
  const counters = Object.entries(topology.counters());
  const waiting = counters.filter(([, { synced }]) => !synced).map(([resource]) => resource);
  return waiting.length > 0 ? waiting : ['version and data plane'];
}
