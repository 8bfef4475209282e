import type { Service } from '../model/service.ts';
import { dataPlanesJson, explainedDataPlanesLine } from '../report/data-planes.ts';
import { explainedTraffic } from '../report/explain/measured.ts';
import { explainedTrafficJson } from '../report/explain/measured-json.ts';
import { explainText } from '../report/explain/text.ts';
import { errorJson } from '../report/json.ts';
import { trafficJson, trafficLines } from '../report/measured-traffic.ts';
import { printable } from '../report/printable.ts';
import { renderErrors } from '../report/result.ts';
import { refineDataPlanes } from '../topology/data-plane.ts';
import { explainService } from '../topology/explain.ts';
import type { Command, Terminal } from './command.ts';
import { withCluster } from './connect/live-cluster.ts';
import { withWorkloads } from './connect/live-workloads.ts';
import { explainInputs } from './explain/inputs.ts';
import { parseScenarios, readsWorkloads, SCENARIO_FLAGS } from './explain/scenario-flags.ts';
import { CLUSTER_FLAGS, described, loadPolicy, parseFlags, rejectConflictingClusters } from './flags/flags.ts';
import { flagHelp } from './flags/help.ts';
import { parseEdit } from './flags/set-flag.ts';
import { NAMED_SELECTION_FLAGS, parseNamedSelection, selectServices } from './selection/service-selection.ts';
import { loadTraffic } from './traffic/load-traffic.ts';
import { crossZonePrice, parseTrafficFlags, TRAFFIC_FLAGS } from './traffic/traffic-flags.ts';

const FLAGS = {
  ...NAMED_SELECTION_FLAGS,
  ...described(CLUSTER_FLAGS, { config: 'client nodes and other settings' }),
  hints: {
    value: ['observed', 'predicted'],
    description:
      'hints as they are on the slices (default), or as the EndpointSlice controller will write them (default with what if)',
  },
  set: {
    value: 'edit',
    multiple: true,
    description:
      'what if: spec.internalTrafficPolicy=Local, spec.trafficDistribution= to remove it, ' +
      'metadata.annotations.service.kubernetes.io/topology-mode=Auto',
  },
  ...SCENARIO_FLAGS,
  ...TRAFFIC_FLAGS,
  nodes: { description: 'name every node instead of the first six of each kind' },
  output: { value: ['text', 'json'], short: 'o', default: 'text', description: 'output format; json has every node' },
} as const;

const HELP = `Explain where a Service's traffic goes, node by node.

  zonewise explain NAMESPACE/NAME... | svc/NAME... | --all [-n NAMESPACE | -A] [--topology F... | --live] [flags]

${flagHelp(FLAGS)}

Exit code: 0 explained, 2 unusable input.

Examples:
  zonewise explain monitoring/otel-agent --topology cluster.yaml
  zonewise explain svc/web -n shop
  zonewise explain shop/web --live --set spec.trafficDistribution=PreferSameZone
  zonewise explain shop/web --topology cluster.yaml --zone-down zone-b --set spec.trafficDistribution=PreferSameZone
  zonewise explain shop/web --topology cluster.yaml --traffic traffic.csv --set spec.trafficDistribution=PreferSameZone
  zonewise explain --all --topology cluster.yaml -o json
`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals: names } = parseFlags('explain', args, FLAGS);
  const selection = parseNamedSelection(names, values);
  rejectConflictingClusters(values);
  const trafficInput = parseTrafficFlags(values);
  const policy = loadPolicy(values);
  const edits = (values.set ?? []).map(parseEdit);
  return withCluster(values, policy, terminal, async (loaded, live) => {
    const { namespace, errors, ...cluster } = readsWorkloads(values)
      ? await withWorkloads(loaded, live, terminal)
      : loaded;
    terminal.err(renderErrors(errors));
    const services = selectServices(selection, { topology: cluster.topology, namespace });
    const inUse = commonNamespace(services) ?? selection.namespaces[0] ?? namespace;
    const scenarios = parseScenarios(values, { topology: cluster.topology, namespace: inUse });
    const isChanged = edits.length > 0 || scenarios.length > 0;
    const hints = values.hints ?? (isChanged ? 'predicted' : 'observed');
    const traffic = await loadTraffic(trafficInput, { terminal, topology: cluster.topology });
    const pricePerGB = crossZonePrice(values, traffic);
    const inputs = explainInputs({ services, edits, hints, scenarios, traffic }, cluster);
    const measured = inputs.map(input => explainedTraffic(input, policy));
    const ofRun = traffic && { traffic, services: measured.filter(one => one !== null), pricePerGB };
    const dataPlanes = refineDataPlanes(cluster.topology.nodes(), cluster.facts.dataPlanes);
    if (values.output === 'json') {
      const report = {
        dataPlanes: dataPlanesJson(dataPlanes),
        ...(ofRun && { traffic: trafficJson(ofRun) }),
        services: inputs.map((input, i) => {
          const own = measured[i];
          return { ...explainService(input), ...(own && { traffic: explainedTrafficJson(own, pricePerGB) }) };
        }),
        errors: errors.map(errorJson),
      };
      terminal.out(`${JSON.stringify(report, null, 2)}\n`);
    } else {
      terminal.out(`${printable(explainedDataPlanesLine(dataPlanes))}\n`);
      for (const line of ofRun ? trafficLines(ofRun) : []) terminal.out(`${line}\n`);
      const style = { ...terminal, policy, allNodes: values.nodes === true, pricePerGB };
      if (inputs.length === 0) terminal.out('no Services\n');
      for (const [i, input] of inputs.entries()) terminal.out(`${i > 0 ? '\n' : ''}${explainText(input, style)}`);
    }
    return errors.length > 0 ? 2 : 0;
  });
}

/** The namespace of workloads without one: that of the Services, if they have one in common. */
function commonNamespace(services: readonly Service[]): string | null {
  const namespaces = new Set(services.map(({ namespace }) => namespace));
  const [only = null] = namespaces;
  return namespaces.size === 1 ? only : null;
}

export const explain: Command = {
  name: 'explain',
  summary: 'explain where a Service sends its traffic',
  help: HELP,
  flags: FLAGS,
  run,
};
