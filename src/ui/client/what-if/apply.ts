import { applyApiDefaults } from '../../../model/api-defaults.ts';
import { statedDataPlane } from '../../../model/data-plane.ts';
import { applyEdits, topologyModeRemovalEdits } from '../../../model/edit.ts';
import type { FieldEdit } from '../../../model/finding.ts';
import { type Service, TOPOLOGY_MODE_ANNOTATION } from '../../../model/service.ts';
import { clientNodes } from '../../../topology/client-nodes.ts';
import { assignmentOf } from '../../../topology/data-plane.ts';
import { NodeSet } from '../../../topology/node-set.ts';
import { nodeChanges, nodesUnder } from '../../../topology/scenarios/nodes-under.ts';
import type { Scenario as ClusterScenario } from '../../../topology/scenarios/scenario.ts';
import { withoutEndpoints } from '../../../topology/scenarios/service-pods.ts';
import { withPublishedReadiness } from '../../../topology/slice-prediction.ts';
import type { ServiceState } from '../service/evaluate-service.ts';
import { scaleEndpoints } from './endpoints.ts';
import { DATA_PLANES, hasNoChanges, type Scenario } from './scenario.ts';

/** The Service state after the scenario, with API defaults and the hints that the controller will write. */
export function applyScenario(existing: ServiceState, scenario: Scenario): ServiceState {
  if (hasNoChanges(scenario)) return existing;
  const service = editedService(existing.service, scenario);
  const dataPlane = DATA_PLANES[scenario.dataPlane ?? ''];
  const facts = {
    ...existing.facts,
    ...(scenario.minor !== null && { version: { minor: scenario.minor } }),
    ...(dataPlane && { dataPlanes: statedDataPlane(dataPlane) }),
  };
  const nodes = nodesAfter(existing, scenario);
  const drained = new Set(scenario.drained);
  const schedulableNodes = clientNodes(new NodeSet(nodes, assignmentOf(facts)), existing.policy.clientNodes, facts.now)
    .nodes.nodes;
  const published = withPublishedReadiness(service, existing.slices);
  const slices = Object.entries(scenario.endpoints).reduce(
    (so, [zone, by]) => scaleEndpoints(so, { service, schedulableNodes, zone, by }),
    withoutEndpoints(published, ({ nodeName }) => nodeName !== null && drained.has(nodeName)),
  );
  return { ...existing, service, slices, nodes, facts, hints: 'predicted' };
}

export function editedService(service: Service, scenario: Scenario): Service {
  return applyApiDefaults(applyEdits(service, editsOf(service, scenario)), service);
}

function editsOf(service: Service, { fields }: Scenario): readonly FieldEdit[] {
  const edits: FieldEdit[] = [];
  for (const field of ['internalTrafficPolicy', 'externalTrafficPolicy', 'trafficDistribution'] as const) {
    const value = fields[field];
    if (value !== undefined) edits.push({ path: ['spec', field], value });
  }
  if (fields.topologyMode === undefined) return edits;
  // Sets both keys: the deprecated one wins if it is present.
  edits.push(...topologyModeRemovalEdits(service));
  const path = ['metadata', 'annotations', TOPOLOGY_MODE_ANNOTATION];
  return fields.topologyMode === null ? edits : [...edits, { path, value: fields.topologyMode }];
}

function nodesAfter({ nodes }: ServiceState, { drained, minor }: Scenario): ServiceState['nodes'] {
  const drains = drained.map((node): ClusterScenario => ({ kind: 'drain', node }));
  const under = nodesUnder(nodes, nodeChanges(drains));
  return minor === null ? under : under.map(node => ({ ...node, kubeletMinor: minor }));
}
