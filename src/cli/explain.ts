import { ManifestTopology } from '../cluster/manifests/manifest-topology.ts';
import { snapshotFacts } from '../cluster/snapshot/facts.ts';
import { explainText } from '../report/explain/text.ts';
import { InputError } from '../runtime/errors.ts';
import { explainService } from '../topology/explain.ts';
import type { Terminal, Verb } from './command.ts';
import { withLiveCluster } from './connect/live-cluster.ts';
import { readTopology } from './connect/manifest-files.ts';
import { type ExplainedCluster, explainInputs } from './explain/selection.ts';
import {
  ASSUMPTION_FLAGS,
  assumedFacts,
  CLUSTER_FLAGS,
  described,
  NAMESPACE_FLAG,
  parseFlags,
  policyFrom,
  refuseTwoClusters,
} from './flags/flags.ts';
import { flagHelp } from './flags/help.ts';
import { parseEdit } from './flags/set-flag.ts';

const FLAGS = {
  ...CLUSTER_FLAGS,
  namespace: {
    ...NAMESPACE_FLAG,
    description: "where names without a namespace belong (default: the context's); with --all the namespace to explain",
  },
  all: { description: 'every Service' },
  hints: {
    value: ['observed', 'predicted'],
    description:
      'hints as they are on the slices (default), or as the EndpointSlice controller will write them (default with --set)',
  },
  set: {
    value: 'edit',
    multiple: true,
    description:
      'what if: spec.internalTrafficPolicy=Local, spec.trafficDistribution= to remove it, ' +
      'metadata.annotations.service.kubernetes.io/topology-mode=Auto',
  },
  ...described(ASSUMPTION_FLAGS, { config: 'client nodes and other settings' }),
  nodes: { description: 'name every node instead of the first six of each kind' },
  output: { value: ['text', 'json'], short: 'o', default: 'text', description: 'output format; json has every node' },
} as const;

const HELP = `Explain where a Service's traffic goes, node by node.

  zonewise explain [NAMESPACE/NAME... | --all] [--topology F... | --live] [flags]

${flagHelp(FLAGS)}

Examples:
  zonewise explain monitoring/otel-agent --topology cluster.yaml
  zonewise explain shop/web --live --set spec.trafficDistribution=PreferSameZone
  zonewise explain --all --topology cluster.yaml -o json
`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals: names } = parseFlags('explain', args, FLAGS);
  if (values.all !== true && names.length === 0)
    throw new InputError('name a Service as NAMESPACE/NAME, or give --all');
  refuseTwoClusters(values);
  const policy = policyFrom(values);
  const edits = (values.set ?? []).map(parseEdit);
  const all = values.all ? (values.namespace === undefined ? 'every' : 'in-namespace') : null;
  const hints = values.hints ?? (edits.length > 0 ? 'predicted' : 'observed');
  const explain = ({ namespace, ...cluster }: ExplainedCluster & { readonly namespace: string }) => {
    const inputs = explainInputs({ names, namespace: values.namespace ?? namespace, all, edits, hints }, cluster);
    if (values.output === 'json')
      terminal.out(`${JSON.stringify({ services: inputs.map(explainService) }, null, 2)}\n`);
    else for (const [i, input] of inputs.entries()) terminal.out(`${i > 0 ? '\n' : ''}${explainText(input, style)}`);
  };
  const style = { ...terminal, policy, allNodes: values.nodes === true };
  if (values.topology) {
    const manifests = await readTopology(values.topology, terminal.stdin);
    const facts = assumedFacts(values, policy, Date.now(), snapshotFacts(manifests));
    explain({ topology: new ManifestTopology(manifests), facts, namespace: 'default' });
  } else {
    await withLiveCluster({ ...values, policy, warn: terminal.err, screen: terminal.screen }, explain);
  }
  return 0;
}

export const explain: Verb = {
  name: 'explain',
  summary: 'explain where a Service sends its traffic',
  help: HELP,
  flags: FLAGS,
  run,
};
