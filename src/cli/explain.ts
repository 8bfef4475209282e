import { ManifestTopology } from '../cluster/manifests/manifest-topology.ts';
import { snapshotFacts } from '../cluster/snapshot/facts.ts';
import { explainText } from '../report/explain/text.ts';
import { InputError } from '../runtime/errors.ts';
import { explainService } from '../topology/explain.ts';
import type { Terminal, Verb } from './command.ts';
import { withLiveCluster } from './connect/live-cluster.ts';
import { readTopology } from './connect/manifest-files.ts';
import { type ExplainedCluster, explainInputs } from './explain/selection.ts';
import { assumedFacts, CLUSTER_FLAGS, outputFrom, parseFlags, policyFrom, refuseTwoClusters } from './flags/flags.ts';
import { parseEdit } from './flags/set-flag.ts';

const HELP = `Explain where a Service's traffic goes, node by node.

  zonewise explain [NAMESPACE/NAME... | --all] [--topology F... | --live] [flags]

  --topology FILE           the cluster, as kubectl get nodes,services,endpointslices -A -o yaml prints it; repeatable
  --live                    the cluster of the current kubeconfig context (the default without --topology)
  --kubeconfig FILE         another kubeconfig
  --context NAME            another context of it
  -n, --namespace NAME      where names without a namespace belong (default: the context's), or of which --all is meant
  --all                     every Service
  --hints observed|predicted  hints as they are on the slices (default), or as the EndpointSlice controller will write them
                            (default with --set)
  --set FIELD=VALUE         what if, repeatable: spec.internalTrafficPolicy=Local, spec.trafficDistribution= to remove it,
                            metadata.annotations.service.kubernetes.io/topology-mode=Auto
  --kubernetes-version 1.N  judge by this version
  --dataplane NAME          auto, kube-proxy, ipvs, cilium or other
  --config FILE             client nodes and other settings
  --nodes                   name every node instead of the first six of each kind
  -o, --output text|json    default text; json has every node

Examples:
  zonewise explain monitoring/otel-agent --topology cluster.yaml
  zonewise explain shop/web --live --set spec.trafficDistribution=PreferSameZone
  zonewise explain --all --topology cluster.yaml -o json
`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals: names } = parseFlags('explain', args, {
    ...CLUSTER_FLAGS,
    all: { type: 'boolean' },
    nodes: { type: 'boolean', default: false },
    hints: { type: 'string' },
    set: { type: 'string', multiple: true },
  });
  const output = outputFrom(values.output, ['text', 'json']);
  if (values.all !== true && names.length === 0)
    throw new InputError('name a Service as NAMESPACE/NAME, or give --all');
  refuseTwoClusters(values);
  const policy = policyFrom(values);
  const edits = (values.set ?? []).map(parseEdit);
  const all = values.all ? (values.namespace === undefined ? 'every' : 'in-namespace') : null;
  const hints = hintsFrom(values.hints) ?? (edits.length > 0 ? 'predicted' : 'observed');
  const explain = ({ namespace, ...cluster }: ExplainedCluster & { readonly namespace: string }) => {
    const inputs = explainInputs({ names, namespace: values.namespace ?? namespace, all, edits, hints }, cluster);
    if (output === 'json') terminal.out(`${JSON.stringify({ services: inputs.map(explainService) }, null, 2)}\n`);
    else for (const [i, input] of inputs.entries()) terminal.out(`${i > 0 ? '\n' : ''}${explainText(input, style)}`);
  };
  const style = { ...terminal, policy, allNodes: values.nodes };
  if (values.topology) {
    const manifests = await readTopology(values.topology, terminal.stdin);
    const facts = assumedFacts(values, policy, Date.now(), snapshotFacts(manifests));
    explain({ topology: new ManifestTopology(manifests), facts, namespace: 'default' });
  } else {
    await withLiveCluster({ ...values, policy, warn: terminal.err, screen: terminal.screen }, explain);
  }
  return 0;
}

function hintsFrom(text: string | undefined): 'observed' | 'predicted' | undefined {
  if (text === undefined || text === 'observed' || text === 'predicted') return text;
  throw new InputError(`--hints ${text} is not known; expected observed or predicted`);
}

export const explain: Verb = { name: 'explain', summary: 'explain where a Service sends its traffic', help: HELP, run };
