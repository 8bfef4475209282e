import { applyApiDefaults } from '../../../model/api-defaults.ts';
import { statedDataPlane } from '../../../model/data-plane.ts';
import { applyEdits, topologyModeRemovalEdits } from '../../../model/edit.ts';
import type { FieldEdit } from '../../../model/finding.ts';
import { type Service, TOPOLOGY_MODE_ANNOTATION } from '../../../model/service.ts';
import { clientNodes } from '../../../topology/client-nodes.ts';
import { assignmentOf } from '../../../topology/data-plane.ts';
import { NodeSet } from '../../../topology/node-set.ts';
import { withPublishedReadiness } from '../../../topology/slice-prediction.ts';
import type { ServiceState } from '../service/evaluate-service.ts';
import { scaleEndpoints, withoutNodes } from './endpoints.ts';
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
  const nodes = nodesUnder(existing, scenario);
  const schedulableNodes = clientNodes(new NodeSet(nodes, assignmentOf(facts)), existing.policy.clientNodes, facts.now)
    .nodes.nodes;
  const published = withPublishedReadiness(service, existing.slices);
  const slices = Object.entries(scenario.endpoints).reduce(
    (so, [zone, by]) => scaleEndpoints(so, { service, schedulableNodes, zone, by }),
    withoutNodes(published, new Set(scenario.drained)),
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

/** A drained node has no Pods and therefore sends no traffic. The controller still counts the Node. */
function nodesUnder({ nodes }: ServiceState, { drained, minor }: Scenario): ServiceState['nodes'] {
  if (drained.length === 0 && minor === null) return nodes;
  const leaving = new Set(drained);
  return nodes.map(node => ({
    ...node,
    deleting: node.deleting || leaving.has(node.name),
    kubeletMinor: minor ?? node.kubeletMinor,
  }));
}
