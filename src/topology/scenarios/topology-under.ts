import { objectKey } from '../../model/object-key.ts';
import type { Service } from '../../model/service.ts';
import type { Topology } from '../../model/topology.ts';
import { delegatingTopology } from '../topology-view.ts';
import { isDown, nodeChanges, nodesUnder } from './nodes-under.ts';
import type { Scenario, ScenarioNotes } from './scenario.ts';
import { NO_NOTES } from './scenario.ts';
import type { ServiceUnder } from './service-under.ts';
import { serviceUnder } from './service-under.ts';

/** A topology after scenarios. The hints on its slices are those before them: predict them. */
export interface TopologyUnder {
  readonly topology: Topology;
  readonly away: NodesAway;
  notes(service: Service): ScenarioNotes;
}

/** The names of the nodes from which a scenario takes the senders. */
export interface NodesAway {
  readonly down: readonly string[];
  readonly drained: readonly string[];
}

export const NONE_AWAY: NodesAway = { down: [], drained: [] };

/** The most Services whose slices are kept; others are computed again. */
const MAX_KEPT_SERVICES = 1000;

/**
 * The topology after the scenarios, which are applied to a Service when it is read. Names that are not in the topology have
 * no effect. The arrays are the same instances at each call while the topology does not change.
 */
export function topologyUnder(topology: Topology, scenarios: readonly Scenario[]): TopologyUnder {
  if (scenarios.length === 0) return { topology, away: NONE_AWAY, notes: () => NO_NOTES };
  const changes = nodeChanges(scenarios);
  const nodes = nodesUnder(topology.nodes(), changes);
  const isSame = nodes === topology.nodes();
  const byName = new Map(isSame ? [] : nodes.map(node => [node.name, node]));
  const input = { topology, scenarios, changes, nodes };
  const down = nodes.filter(node => isDown(node, changes)).map(({ name }) => name);
  const drained = [...changes.drained].filter(name => !down.includes(name));
  const kept = new Map<string, ServiceUnder>();
  const under = (service: Service): ServiceUnder => {
    const key = objectKey(service.namespace, service.name);
    const known = kept.get(key);
    if (known) return known;
    if (kept.size >= MAX_KEPT_SERVICES) kept.clear();
    const result = serviceUnder(service, input);
    kept.set(key, result);
    return result;
  };
  return {
    topology: {
      ...delegatingTopology(() => topology),
      nodes: () => nodes,
      node: name => (isSame ? topology.node(name) : byName.get(name)),
      slices: (namespace, name) => {
        const service = topology.service(namespace, name);
        return service ? under(service).slices : topology.slices(namespace, name);
      },
    },
    away: { down, drained },
    notes: service => {
      const { assumed, unknown } = under(service);
      return { assumed, unknown };
    },
  };
}
