import type { ObjectReader } from '../cluster/live/object-reader.ts';
import { Anonymizer } from '../cluster/snapshot/anonymizer.ts';
import { factsManifest } from '../cluster/snapshot/facts.ts';
import { type SnapshotSource, snapshotObjects } from '../cluster/snapshot/snapshot.ts';
import type { Policy } from '../engine/policy.ts';
import { NEWEST_KNOWN_MINOR } from '../model/version.ts';
import { RULES } from '../rules/index.ts';
import { errorMessage, InputError } from '../runtime/errors.ts';
import type { ClientNodeOptions } from '../topology/client-nodes.ts';
import type { Command, Terminal } from './command.ts';
import { loadPolicy, parseFlagsOnly } from './flags/flags.ts';
import { flagHelp } from './flags/help.ts';
import { fileSink, type OutputSink } from './output/output-sink.ts';

const FLAGS = {
  output: { value: 'file', short: 'o', default: '-', description: 'where to write; - for standard output' },
  force: { description: 'replace an existing file' },
  kubeconfig: { value: 'file', description: 'another kubeconfig than that of the current context' },
  namespace: { value: 'namespace', multiple: true, description: 'Services of this namespace only' },
  anonymize: { description: 'replace all names, addresses and labels consistently; the findings stay the same' },
  config: { value: 'file', description: 'keep the Node labels and taints that this configuration names' },
} as const;

const HELP = `Write the parts of a cluster that an offline evaluation needs.

  zonewise snapshot [-o FILE] [flags]

${flagHelp(FLAGS)}

It holds the fields of Nodes, Services, EndpointSlices and Namespace labels that rules read, the version, and of the
objects that show the data plane (DaemonSets and ConfigMaps of network agents) the versions and settings that matter. It
holds no Secret and no Pod. The file is JSON with one object per line, and so also YAML; --topology reads it.

Examples:
  zonewise snapshot -o cluster.yaml
  zonewise check deploy/ --topology cluster.yaml
  zonewise snapshot --anonymize -o - | gzip > for-the-bug-report.yaml.gz
`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const values = parseFlagsOnly('snapshot', args, FLAGS);
  const clientNodes = nodesNamedBy(loadPolicy(values));
  const anonymizer = values.anonymize ? new Anonymizer({ rules: RULES.map(({ id }) => id), clientNodes }) : undefined;
  const sink =
    values.output === '-'
      ? { write: terminal.out, commit: () => {}, discard: () => {} }
      : fileSink(values.output, values.force === true);
  try {
    const counts = await withRawCluster(values.kubeconfig, async cluster => {
      const version = (await cluster.version()) ?? { minor: NEWEST_KNOWN_MINOR };
      const { objects: evidence, unreadable } = await cluster.evidence();
      const facts = factsManifest({ version, unreadable, takenAt: Date.now() });
      const objects = snapshotObjects(
        { ...sourceOf(cluster, values.namespace ?? []), evidence },
        clientNodes,
        anonymizer,
      );
      return writeList(sink, facts, objects);
    });
    sink.commit();
    const summary = [...counts].map(([kind, n]) => `${n} ${kind}${n === 1 ? '' : 's'}`).join(', ');
    if (values.output !== '-') terminal.err(`wrote ${values.output}: ${summary}\n`);
    return 0;
  } catch (error) {
    sink.discard();
    throw error;
  }
}

/** The client nodes, with the labels that select nodes of a stated data plane: they are kept too. */
function nodesNamedBy({ clientNodes, dataPlanes }: Policy): ClientNodeOptions {
  const selectors = dataPlanes.flatMap(({ nodes }) => nodes?.selector ?? []);
  return { ...clientNodes, selector: [...(clientNodes.selector ?? []), ...selectors] };
}

/** Writes a List with one object per line, which JSON and YAML parsers read. */
async function writeList(
  sink: OutputSink,
  facts: object,
  objects: AsyncIterable<object>,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  sink.write(`{"apiVersion":"v1","kind":"List","items":[\n${JSON.stringify(facts)}`);
  for await (const object of objects) {
    sink.write(`,\n${JSON.stringify(object)}`);
    const { kind } = object as { kind: string };
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  sink.write('\n]}\n');
  return counts;
}

async function withRawCluster<T>(
  kubeconfig: string | undefined,
  use: (cluster: ObjectReader) => Promise<T>,
): Promise<T> {
  const { openObjectReader } = await import('../cluster/live/object-reader.ts');
  let cluster: ObjectReader | undefined;
  try {
    cluster = await openObjectReader(kubeconfig);
    return await use(cluster);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError(`the cluster could not be read: ${errorMessage(cause)}`, { cause });
  } finally {
    await cluster?.close();
  }
}

function sourceOf(cluster: ObjectReader, namespaces: readonly string[]): Omit<SnapshotSource, 'evidence'> {
  const inNamespaces = async function* (group: string, resource: string): AsyncGenerator<unknown> {
    if (namespaces.length === 0) yield* cluster.list(`${group}/${resource}`);
    for (const name of namespaces) yield* cluster.list(`${group}/namespaces/${encodeURIComponent(name)}/${resource}`);
  };
  const namespaceObjects = async function* (): AsyncGenerator<unknown> {
    if (namespaces.length === 0) yield* cluster.list('/api/v1/namespaces');
    for (const name of namespaces) yield await cluster.get(`/api/v1/namespaces/${encodeURIComponent(name)}`);
  };
  return {
    namespaces: namespaceObjects,
    services: () => inNamespaces('/api/v1', 'services'),
    nodes: () => cluster.list('/api/v1/nodes'),
    slices: () => inNamespaces('/apis/discovery.k8s.io/v1', 'endpointslices'),
  };
}

export const snapshot: Command = {
  name: 'snapshot',
  summary: 'write a cluster to a file for offline evaluation',
  help: HELP,
  flags: FLAGS,
  run,
};
