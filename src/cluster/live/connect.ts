import { ApiClient } from '../../kube/client/api-client.ts';
import { Credentials } from '../../kube/client/credentials.ts';
import { ListItemParser } from '../../kube/client/list-items.ts';
import type { ResourceName } from '../../kube/reflector/resource.ts';
import type { StatedDataPlane } from '../../model/data-plane-text.ts';
import type { ClusterFacts } from '../../model/topology.ts';
import { systemClock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import { FactsPoller } from './facts-poller.ts';
import { LiveTopology } from './live-topology.ts';
import { PodLookup } from './pod-lookup.ts';

export interface ConnectOptions {
  /** Default: kubectl's lookup (KUBECONFIG, ~/.kube/config, the Pod's service account). */
  readonly kubeconfigPath?: string | undefined;
  /** Default: the current context. */
  readonly context?: string | undefined;
  /** The data planes that the configuration states; the others are detected. */
  readonly stated?: readonly StatedDataPlane[] | undefined;
  readonly log: Log;
  /** If set, a first request is sent before the watches, and this gets its error. It may throw to abort. */
  readonly probe?: ((error: unknown) => void) | undefined;
  /** True if endpoints keep the name of their Pod, for reviews of workloads. */
  readonly podNames?: boolean | undefined;
  /** Milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
}

export interface LiveCluster {
  /** URL of the API server, as `https://host:port`. */
  readonly address: string;
  readonly topology: LiveTopology;
  /** Answers from the watched Pods if there are, else with a look-up. */
  readonly pods: Pick<PodLookup, 'find'>;
  /** True once topology and facts are both known; until then neither is valid. */
  readonly ready: boolean;
  /** Resolves when `ready`, with no timeout; rejects with StoppedError if `stop` is called first. */
  readonly whenReady: Promise<void>;
  facts(): ClusterFacts;
  /** All objects of a resource that is not watched, as stored. Throws ApiStatusError and network errors. */
  list(path: string): AsyncGenerator<unknown>;
  /** The errors that keep the cluster from being read, by resource or `facts`. */
  problems(): ReadonlyMap<ResourceName | 'facts', unknown>;
  stop(): Promise<void>;
}

/**
 * Starts to watch a cluster. Throws KubeconfigError if there are no usable credentials. An API server that does not
 * answer is not an error: requests are retried until `stop`.
 */
export async function connectCluster(options: ConnectOptions): Promise<LiveCluster> {
  const { log, stated = [], podNames = false } = options;
  const clock = systemClock(options.now);
  const credentials = new Credentials({ path: options.kubeconfigPath, context: options.context }, clock);
  const { connection } = await credentials.current();
  const client = new ApiClient(credentials);
  const facts = new FactsPoller({ client, clock, log, stated });
  const topology = new LiveTopology({ client, clock, log, podNames, onReconnect: () => facts.refresh() });
  if (options.probe) await probeServer(client, options.probe);
  facts.start();
  topology.start();
  const lookup = new PodLookup(client, clock);
  const whenReady = Promise.all([topology.whenSynced, facts.whenKnown]).then(() => {});
  whenReady.catch(() => {});
  return {
    address: connection.origin,
    topology,
    pods: {
      async find(namespace, selector, request) {
        const pods = topology.pods(namespace, selector);
        return pods ? { kind: 'pods', pods } : lookup.find(namespace, selector, request);
      },
    },
    get ready() {
      return topology.synced && facts.known;
    },
    whenReady,
    facts() {
      const topologyAgeSeconds = topology.ageSeconds();
      return { version: facts.version, dataPlanes: facts.dataPlanes, now: clock.now(), topologyAgeSeconds };
    },
    async *list(path) {
      const items = new ListItemParser();
      for await (const chunk of await client.get(path)) yield* items.push(chunk);
      items.finish();
    },
    problems: () => collectProblems(topology, facts),
    async stop() {
      facts.stop();
      await topology.stop();
      await client.close();
    },
  };
}

async function probeServer(client: ApiClient, onError: (error: unknown) => void): Promise<void> {
  try {
    await client.json('/version').catch(onError);
  } catch (error) {
    await client.close();
    throw error;
  }
}

function collectProblems(topology: LiveTopology, facts: FactsPoller): ReadonlyMap<ResourceName | 'facts', unknown> {
  const problems = new Map<ResourceName | 'facts', unknown>();
  for (const [resource, { lastError }] of Object.entries(topology.counters())) {
    if (lastError !== null) problems.set(resource as ResourceName, lastError);
  }
  if (facts.lastError !== null) problems.set('facts', facts.lastError);
  return problems;
}
