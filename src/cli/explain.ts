import { trafficFieldViolations } from '../admission/violations.ts';
import { ManifestTopology } from '../cluster/manifest-topology.ts';
import { snapshotFacts } from '../cluster/snapshot-facts.ts';
import type { Policy } from '../engine/policy.ts';
import { InputError } from '../errors.ts';
import { applyApiDefaults } from '../model/api-defaults.ts';
import { applyEdits } from '../model/edit.ts';
import type { FieldEdit } from '../model/finding.ts';
import type { Service } from '../model/service.ts';
import type { ClusterFacts, Topology } from '../model/topology.ts';
import { explainText } from '../report/explain-text.ts';
import type { ExplainInput } from '../topology/explain.ts';
import { explainService } from '../topology/explain.ts';
import { withPublishedReadiness } from '../topology/prospective.ts';
import { assumedFacts, CLUSTER_FLAGS, outputFrom, parseFlags, policyFrom, refuseTwoClusters } from './arguments.ts';
import { readTopology } from './input-files.ts';
import { withLiveCluster } from './live.ts';
import { parseEdit } from './set-flag.ts';
import type { Terminal, Verb } from './verb.ts';

const HELP = `Explain where a Service's traffic goes, node by node.

  zonewise explain [NAMESPACE/NAME... | --all] [--topology F... | --live] [flags]

  --topology FILE           the cluster, as kubectl get nodes,services,endpointslices -A -o yaml prints it; repeatable
  --live                    the cluster of the current kubeconfig context (the default without --topology)
  --kubeconfig FILE         another kubeconfig
  --all                     every Service
  --hints observed|predicted  hints as they are on the slices (default), or as the EndpointSlice controller will write them
                            (default with --set)
  --set FIELD=VALUE         what if: spec.internalTrafficPolicy=Local, spec.trafficDistribution= to remove it,
                            metadata.annotations.service.kubernetes.io/topology-mode=Auto; repeatable
  --kubernetes-version 1.N  judge by this version
  --dataplane NAME          auto, kube-proxy, ipvs, cilium or other
  --config FILE             client nodes and other settings
  -o, --output text|json    default text

Examples:
  zonewise explain monitoring/otel-agent --topology cluster.yaml
  zonewise explain shop/web --live --set spec.trafficDistribution=PreferSameZone
  zonewise explain --all --topology cluster.yaml -o json
`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseFlags('explain', args, {
    ...CLUSTER_FLAGS,
    all: { type: 'boolean' },
    hints: { type: 'string' },
    set: { type: 'string', multiple: true },
  });
  const output = outputFrom(values.output, ['text', 'json']);
  const { hints } = values;
  if (hints !== undefined && hints !== 'observed' && hints !== 'predicted') {
    throw new InputError(`--hints ${hints} is not known; expected observed or predicted`);
  }
  if (values.all !== true && positionals.length === 0)
    throw new InputError('name a Service as NAMESPACE/NAME, or give --all');
  refuseTwoClusters(values);
  const policy = policyFrom(values);
  const edits = (values.set ?? []).map(parseEdit);
  const ask = {
    names: positionals,
    all: values.all === true,
    edits,
    hints: hints ?? (edits.length > 0 ? 'predicted' : 'observed'),
  } as const;
  const explain = (cluster: Cluster) =>
    terminal.out(render(inputsFor(ask, cluster), { output, cluster, policy, colour: terminal.colour }));
  if (values.topology) {
    const manifests = await readTopology(values.topology, terminal.stdin);
    const facts = assumedFacts(values, policy, Date.now(), snapshotFacts(manifests));
    explain({ topology: new ManifestTopology(manifests), facts });
  } else {
    await withLiveCluster({ ...values, policy, warn: terminal.err }, explain);
  }
  return 0;
}

interface Cluster {
  readonly topology: Topology;
  readonly facts: ClusterFacts;
}

interface Question {
  readonly names: readonly string[];
  readonly all: boolean;
  readonly edits: readonly FieldEdit[];
  readonly hints: 'observed' | 'predicted';
}

function inputsFor({ names, all, edits, hints }: Question, { topology, facts }: Cluster): readonly ExplainInput[] {
  const services = all ? topology.services() : names.map(name => find(name, topology));
  return services.map(before => {
    const service = edits.length > 0 ? edited(before, edits, facts) : before;
    const slices = topology.slices(service.namespace, service.name);
    return {
      service,
      slices: edits.length > 0 ? withPublishedReadiness(service, slices) : slices,
      nodes: topology.nodes(),
      facts,
      hints,
    };
  });
}

/** The Service as the API server would store it after the edits. Throws InputError for what it would refuse. */
function edited(before: Service, edits: readonly FieldEdit[], facts: ClusterFacts): Service {
  const service = applyApiDefaults(applyEdits(before, edits), before);
  const { type, clusterIP, externalIPs, sessionAffinity, publishNotReadyAddresses, annotations } = service;
  const { internalTrafficPolicy, externalTrafficPolicy, trafficDistribution } = service;
  const policies = { internalTrafficPolicy, externalTrafficPolicy, trafficDistribution };
  const spec = { type, clusterIP, externalIPs, sessionAffinity, publishNotReadyAddresses, ...policies };
  const [refused] = trafficFieldViolations({ metadata: { annotations }, spec }, facts.version.minor);
  if (refused) throw new InputError(`--set: the API server refuses ${refused.path}: ${refused.reason}`);
  return service;
}

function find(text: string, topology: Topology): Service {
  const [first, second, ...rest] = text.split('/');
  const [namespace, name] = second === undefined ? ['default', first] : [first, second];
  if (!namespace || !name || rest.length > 0) throw new InputError(`${JSON.stringify(text)} is no NAMESPACE/NAME`);
  const service = topology.service(namespace, name);
  if (service) return service;
  const like = topology.services().filter(other => other.name === name);
  const hint = like.length > 0 ? `; there is ${like.map(other => `${other.namespace}/${other.name}`).join(', ')}` : '';
  throw new InputError(`no Service ${namespace}/${name} in this cluster${hint}`);
}

interface Presentation {
  readonly output: 'text' | 'json';
  readonly cluster: Cluster;
  readonly policy: Policy;
  readonly colour: boolean;
}

function render(inputs: readonly ExplainInput[], { output, policy, colour }: Presentation): string {
  if (output === 'json') return `${JSON.stringify({ services: inputs.map(explainService) }, null, 2)}\n`;
  return inputs.map(input => explainText(input, { policy, colour })).join('\n');
}

export const explain: Verb = { name: 'explain', summary: 'explain where a Service sends its traffic', help: HELP, run };
