import type { Advice, Advised } from '../engine/advice/advice.ts';
import { Advisor } from '../engine/advice/advisor.ts';
import { DEFAULT_MAX_LOAD } from '../engine/advice/allowed-load.ts';
import { objectKey } from '../model/object-key.ts';
import { plural } from '../model/plural.ts';
import type { Service } from '../model/service.ts';
import { formatVersion, NEWEST_KNOWN_MINOR } from '../model/version.ts';
import { adviceJson } from '../report/advice/json.ts';
import { patchCommand, servicePatch } from '../report/advice/patches.ts';
import { adviceText } from '../report/advice/text.ts';
import { dataPlanesJson, explainedDataPlanesLine } from '../report/data-planes.ts';
import { errorJson } from '../report/json.ts';
import { kubernetesLine } from '../report/kubernetes-version.ts';
import { type TrafficOfRun, trafficJson, trafficLines } from '../report/measured-traffic.ts';
import { printable } from '../report/printable.ts';
import { renderErrors } from '../report/result.ts';
import { InputError } from '../runtime/errors.ts';
import { refineDataPlanes } from '../topology/data-plane.ts';
import type { Command, Terminal } from './command.ts';
import type { LoadedCluster } from './connect/live-cluster.ts';
import { withCluster } from './connect/live-cluster.ts';
import { withWorkloads } from './connect/live-workloads.ts';
import { clusterWords } from './flags/cluster-words.ts';
import { CLUSTER_FLAGS, described, loadPolicy, parseFlags, rejectConflictingClusters } from './flags/flags.ts';
import { flagHelp } from './flags/help.ts';
import { startProgress } from './output/progress.ts';
import { NAMED_SELECTION_FLAGS, parseNamedSelection, selectServices } from './selection/service-selection.ts';
import { loadTraffic } from './traffic/load-traffic.ts';
import { checkTrafficFlags, crossZonePrice, TRAFFIC_FLAGS, trafficWords } from './traffic/traffic-flags.ts';

const FLAGS = {
  ...described(CLUSTER_FLAGS, {
    topology:
      'the cluster, as kubectl get nodes,services,endpointslices,deployments,statefulsets,daemonsets,hpa -A -o yaml prints it',
    config: 'client nodes and other settings',
    'kubernetes-version':
      "advise for this version (default: the cluster's own; with --topology that of the newest kubelet, else the newest known)",
  }),
  ...NAMED_SELECTION_FLAGS,
  ...TRAFFIC_FLAGS,
  'max-load': {
    value: 'number',
    description: `the most traffic that an endpoint may get, as a multiple of the mean (default ${DEFAULT_MAX_LOAD})`,
  },
  output: {
    value: ['text', 'json', 'patch'],
    short: 'o',
    default: 'text',
    description: 'output format; patch prints the kubectl commands of the changes alone',
  },
} as const;

const HELP = `Advise which traffic settings a Service should have.

  zonewise advise NAMESPACE/NAME... | svc/NAME... | --all [-n NAMESPACE | -A] [--topology F... | --live] [flags]

${flagHelp(FLAGS)}

Every setting that the Kubernetes version knows is evaluated today and in every worst case: any one Pod, node or zone is
gone, the autoscaler has fewer Pods, down to its minimum, a rollout has taken as many Pods away as it may. Advised is the
setting that loses nothing and overloads no endpoint in any of them, and then keeps most traffic in its zone.
externalTrafficPolicy is never changed. Nothing is written to the cluster.

Exit code: 0 advised or told why not, 2 unusable input.

Examples:
  zonewise advise shop/web --topology cluster.yaml
  zonewise advise --all --topology cluster.yaml --max-load 1.5 -o json
  zonewise advise --all --topology cluster.yaml -o patch
  zonewise advise --all --topology cluster.yaml --traffic traffic.csv --cross-zone-price 0.02
`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals: names } = parseFlags('advise', args, FLAGS);
  const selection = parseNamedSelection(names, values);
  rejectConflictingClusters(values);
  checkTrafficFlags(values);
  const policy = loadPolicy(values);
  const maxLoad = parseMaxLoad(values['max-load']);
  const progress = startProgress(terminal.screen);
  return withCluster({ ...values, fromKubelets: true }, policy, terminal, async (loaded, live) => {
    const cluster = await withWorkloads(loaded, live, terminal);
    terminal.err(renderErrors(cluster.errors));
    const { topology, facts } = cluster;
    const services = selectServices(selection, cluster);
    const traffic = await loadTraffic(values, { terminal, topology, services });
    const pricePerGB = crossZonePrice(values, traffic);
    const advisor = new Advisor({ topology, facts, clientNodes: policy.clientNodes, maxLoad, traffic });
    const advice = services.map((service: Service, i) => {
      progress.show(() => `advising: ${i} of ${services.length} Services`);
      return advisor.advise(service);
    });
    progress.clear();
    const measured = advice.map(one => one.traffic).filter(one => one !== null);
    print(values.output, {
      advice,
      cluster,
      terminal,
      traffic: traffic && { traffic, services: measured, pricePerGB },
      clusterFlags: [...clusterWords(values), ...versionWords(cluster), ...trafficWords(values)],
    });
    return cluster.errors.length > 0 ? 2 : 0;
  });
}

/** Other commands assume the newest known version. */
function versionWords({ versionFrom, facts: { version } }: LoadedCluster): readonly string[] {
  const isOther = versionFrom === 'kubelets' && version.minor !== NEWEST_KNOWN_MINOR;
  return isOther ? ['--kubernetes-version', formatVersion(version)] : [];
}

function parseMaxLoad(text: string | undefined): number {
  if (text === undefined) return DEFAULT_MAX_LOAD;
  const factor = /^\d{1,4}(\.\d{1,4})?$/.test(text) ? Number(text) : 0;
  if (factor >= 1) return factor;
  throw new InputError(`--max-load ${text}: expected a number from 1 to 9999, with at most 4 decimals, such as 1.5`);
}

interface Printed {
  readonly advice: readonly Advice[];
  readonly cluster: LoadedCluster;
  readonly terminal: Terminal;
  readonly traffic: TrafficOfRun | null;
  readonly clusterFlags: readonly string[];
}

function print(output: 'text' | 'json' | 'patch', { advice, cluster, terminal, traffic, clusterFlags }: Printed): void {
  const { topology, facts, errors, versionFrom } = cluster;
  const dataPlanes = refineDataPlanes(topology.nodes(), facts.dataPlanes);
  const style = { colour: terminal.colour, clusterFlags, pricePerGB: traffic?.pricePerGB ?? null };
  const trafficRows = traffic ? trafficLines(traffic) : [];
  switch (output) {
    case 'json': {
      const report = {
        dataPlanes: dataPlanesJson(dataPlanes),
        kubernetes: { version: formatVersion(facts.version), from: versionFrom },
        ...(traffic && { traffic: trafficJson(traffic) }),
        services: advice.map(one => adviceJson(one, style)),
        errors: errors.map(errorJson),
      };
      terminal.out(`${JSON.stringify(report, null, 2)}\n`);
      return;
    }
    case 'patch':
      for (const line of trafficRows) terminal.out(`# ${line}\n`);
      for (const one of advice) if (one.kind === 'change') terminal.out(commentedPatch(one));
      terminal.err(withoutAdviceText(advice));
      return;
    case 'text':
      terminal.out(
        `${printable(explainedDataPlanesLine(dataPlanes))}\n${kubernetesLine(facts.version, versionFrom)}\n`,
      );
      for (const line of trafficRows) terminal.out(`${line}\n`);
      for (const [i, one] of advice.entries()) terminal.out(`${i > 0 ? '\n' : ''}${adviceText(one, style)}`);
      return;
    default:
      output satisfies never;
  }
}

/** A shell reads the assumptions as comments. */
function commentedPatch({ service, edits, assumed }: Advised): string {
  const comments = assumed.map(note => `# assumed for ${service.namespace}/${service.name}: ${printable(note)}\n`);
  return `${comments.join('')}${patchCommand(servicePatch(service, edits))}\n`;
}

const MAX_NAMED = 5;

function withoutAdviceText(advice: readonly Advice[]): string {
  const without = advice.filter(({ kind }) => kind === 'none');
  if (without.length === 0) return '';
  const names = without.slice(0, MAX_NAMED).map(({ service }) => objectKey(service.namespace, service.name));
  const more = without.length > MAX_NAMED ? ', ...' : '';
  return `zonewise: no advice for ${plural(without.length, 'Service')}: ${printable(names.join(', '))}${more}; -o text says why\n`;
}

export const advise: Command = {
  name: 'advise',
  summary: 'advise which traffic settings a Service should have',
  help: HELP,
  flags: FLAGS,
  run,
};
