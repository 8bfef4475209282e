import type { Advice } from '../engine/advice/advice.ts';
import { Advisor } from '../engine/advice/advisor.ts';
import { DEFAULT_MAX_LOAD } from '../engine/advice/allowed-load.ts';
import type { Service } from '../model/service.ts';
import { formatVersion, NEWEST_KNOWN_MINOR } from '../model/version.ts';
import type { AdviceReport } from '../report/advice/report.ts';
import type { TrafficOfRun } from '../report/measured-traffic.ts';
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
import { advicePieces, WithoutAdvice } from './output/advice-output.ts';
import { type Progress, startProgress } from './output/progress.ts';
import { NAMED_SELECTION_FLAGS, parseNamedSelection, selectServices } from './selection/service-selection.ts';
import { loadTraffic } from './traffic/load-traffic.ts';
import { crossZonePrice, parseTrafficFlags, TRAFFIC_FLAGS, trafficWords } from './traffic/traffic-flags.ts';

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
  const trafficInput = parseTrafficFlags(values);
  const policy = loadPolicy(values);
  const maxLoad = parseMaxLoad(values['max-load']);
  const progress = startProgress(terminal.screen);
  return withCluster({ ...values, fromKubelets: true }, policy, terminal, async (loaded, live) => {
    const cluster = await withWorkloads(loaded, live, terminal);
    terminal.err(renderErrors(cluster.errors));
    const { topology, facts } = cluster;
    const services = selectServices(selection, cluster);
    const traffic = await loadTraffic(trafficInput, { terminal, topology });
    const pricePerGB = crossZonePrice(values, traffic);
    const advisor = new Advisor({ topology, facts, clientNodes: policy.clientNodes, maxLoad, traffic });
    const each = adviseEach(services, { advisor, progress });
    // Its first line counts the Services without measured traffic.
    const advice = traffic ? [...each] : each;
    const withoutAdvice = new WithoutAdvice();
    const report: AdviceReport = {
      dataPlanes: refineDataPlanes(topology.nodes(), facts.dataPlanes),
      version: facts.version,
      versionFrom: cluster.versionFrom,
      traffic: traffic && { traffic, services: measuredIn(advice), pricePerGB },
      advice: withoutAdvice.counting(advice),
      errors: cluster.errors,
    };
    const clusterFlags = [...clusterWords(values), ...versionWords(cluster), ...trafficWords(values)];
    for (const piece of advicePieces(values.output, report, { colour: terminal.colour, clusterFlags, pricePerGB })) {
      progress.clear();
      terminal.out(piece);
    }
    if (values.output === 'patch') terminal.err(withoutAdvice.text());
    return cluster.errors.length > 0 ? 2 : 0;
  });
}

function* adviseEach(
  services: readonly Service[],
  { advisor, progress }: { readonly advisor: Advisor; readonly progress: Progress },
): Generator<Advice> {
  for (const [i, service] of services.entries()) {
    progress.show(() => `advising: ${i} of ${services.length} Services`);
    yield advisor.advise(service);
  }
  progress.clear();
}

function measuredIn(advice: Iterable<Advice>): TrafficOfRun['services'] {
  return [...advice].map(one => one.traffic).filter(one => one !== null);
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

export const advise: Command = {
  name: 'advise',
  summary: 'advise which traffic settings a Service should have',
  help: HELP,
  flags: FLAGS,
  run,
};
