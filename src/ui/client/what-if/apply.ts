import { applyApiDefaults } from '../../../model/api-defaults.ts';
import { statedDataPlane } from '../../../model/data-plane.ts';
import { applyEdits, topologyModeRemovalEdits } from '../../../model/edit.ts';
import type { FieldEdit } from '../../../model/finding.ts';
import type { Node } from '../../../model/node.ts';
import { type Service, TOPOLOGY_MODE_ANNOTATION } from '../../../model/service.ts';
import { topologyUnder } from '../../../topology/scenarios/topology-under.ts';
import { withPublishedReadiness } from '../../../topology/slice-prediction.ts';
import { type ServiceState, topologyOf } from '../service/service-state.ts';
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
  const under = topologyUnder(topologyOf(existing), scenario.cluster);
  const slices = withPublishedReadiness(service, under.topology.slices(service.namespace, service.name));
  const nodes = withVersion(under.topology.nodes(), scenario.minor);
  return { ...existing, service, slices, nodes, facts, hints: 'predicted', notes: under.notes(existing.service) };
}

function withVersion(nodes: readonly Node[], minor: number | null): readonly Node[] {
  return minor === null ? nodes : nodes.map(node => ({ ...node, kubeletMinor: minor }));
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
