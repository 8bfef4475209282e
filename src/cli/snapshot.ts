import type { ObjectReader } from '../cluster/live/object-reader.ts';
import { Anonymizer } from '../cluster/snapshot/anonymizer.ts';
import { factsManifest } from '../cluster/snapshot/facts.ts';
import { type SnapshotSource, snapshotObjects } from '../cluster/snapshot/snapshot.ts';
import type { Policy } from '../engine/policy.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import { NEWEST_KNOWN_MINOR } from '../model/version.ts';
import { RULES } from '../rules/index.ts';
import { InputError } from '../runtime/errors.ts';
import type { ClientNodeOptions } from '../topology/client-nodes.ts';
import type { Command, Terminal } from './command.ts';
import { withRawCluster } from './connect/raw-cluster.ts';
import { loadPolicy, NAMESPACE_FLAG, parseFlagsOnly } from './flags/flags.ts';
import { flagHelp } from './flags/help.ts';
import { fileSink, type OutputSink } from './output/output-sink.ts';
import { parseSelection } from './selection/service-selection.ts';

const FLAGS = {
  output: { value: 'file', short: 'o', default: '-', description: 'where to write; - for standard output' },
  force: { description: 'replace an existing file' },
  kubeconfig: { value: 'file', description: 'another kubeconfig' },
  context: { value: 'context', description: 'another context of it than the current one' },
  namespace: { ...NAMESPACE_FLAG, multiple: true },
  'all-namespaces': { short: 'A', description: 'Services of all namespaces (the default without -n)' },
  anonymize: { description: 'replace all names, addresses and labels consistently; the findings stay the same' },
  config: { value: 'file', description: 'keep the Node labels and taints that this configuration names' },
} as const;

const HELP = `Write the parts of a cluster that an offline evaluation needs.

  zonewise snapshot [-o FILE] [--context NAME] [-n NAMESPACE... | -A] [flags]

${flagHelp(FLAGS)}

It holds the fields of Nodes, Services, EndpointSlices and Namespace labels that rules read, the labels of Services, the
version, and of the objects that show the data plane (DaemonSets and ConfigMaps of network agents) the versions and
settings that matter. It holds no Secret and no Pod. The file is JSON with one object per line, and so also YAML; --topology reads it.

Examples:
  zonewise snapshot -o cluster.yaml
  zonewise check deploy/ --topology cluster.yaml
  zonewise snapshot --context production -n shop -n data -o shop.yaml
  zonewise snapshot --anonymize -o - | gzip > for-the-bug-report.yaml.gz
`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const values = parseFlagsOnly('snapshot', args, FLAGS);
  const { namespaces } = parseSelection([], values);
  const clientNodes = nodesNamedBy(loadPolicy(values));
  const anonymizer = values.anonymize ? new Anonymizer({ rules: RULES.map(({ id }) => id), clientNodes }) : undefined;
  const sink =
    values.output === '-'
      ? { write: terminal.out, commit: () => {}, discard: () => {} }
      : fileSink(values.output, values.force === true);
  try {
    const counts = await withRawCluster(values, async cluster => {
      await rejectEmptyNamespaces(namespaces, cluster);
      const version = (await cluster.version()) ?? { minor: NEWEST_KNOWN_MINOR };
      const { objects: evidence, unreadable } = await cluster.evidence();
      const facts = factsManifest({ version, unreadable, takenAt: Date.now() });
      const objects = snapshotObjects({ ...sourceOf(cluster, namespaces), evidence }, clientNodes, anonymizer);
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

const MAX_NAMESPACES_COMPARED = 1_000;

/** Throws InputError for a namespace without a Service, before anything is written. */
async function rejectEmptyNamespaces(namespaces: readonly string[], cluster: ObjectReader): Promise<void> {
  for (const namespace of namespaces) {
    if ((await cluster.names(`/api/v1/namespaces/${encodeURIComponent(namespace)}/services`, 1)).length > 0) continue;
    // Not everybody is permitted to list them.
    const known = await cluster.names('/api/v1/namespaces', MAX_NAMESPACES_COMPARED).catch(() => []);
    const others = known.filter(name => name !== namespace);
    throw new InputError(`no Service in namespace ${namespace}${didYouMean(namespace, others)}`);
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
