import { trafficFieldViolations } from '../../admission/violations.ts';
import { applyApiDefaults } from '../../model/api-defaults.ts';
import { didYouMean } from '../../model/did-you-mean.ts';
import { applyEdits } from '../../model/edit.ts';
import type { FieldEdit } from '../../model/finding.ts';
import type { Service } from '../../model/service.ts';
import type { ClusterFacts, Topology } from '../../model/topology.ts';
import { InputError } from '../../runtime/errors.ts';
import type { ExplainInput } from '../../topology/explain.ts';
import type { Scenario } from '../../topology/scenarios/scenario.ts';
import { topologyUnder } from '../../topology/scenarios/topology-under.ts';
import { withPublishedReadiness } from '../../topology/slice-prediction.ts';

export interface ClusterInput {
  readonly topology: Topology;
  readonly facts: ClusterFacts;
}

/** The Services to explain, with changed fields and the source of hints. */
export interface ExplainSelection {
  /** `NAMESPACE/NAME`, or `NAME` in `namespace`. */
  readonly names: readonly string[];
  readonly namespace: string;
  /** Replaces `names`: all Services, or those of `namespace`. */
  readonly all: 'every' | 'in-namespace' | null;
  readonly edits: readonly FieldEdit[];
  readonly hints: 'observed' | 'predicted';
  readonly scenarios?: readonly Scenario[];
}

/** Throws InputError for an unknown Service, an edit that the API server rejects, and an unknown address of a Pod. */
export function explainInputs(selection: ExplainSelection, { topology, facts }: ClusterInput): readonly ExplainInput[] {
  const { edits, hints, scenarios = [] } = selection;
  const services = selectServices(selection, topology);
  rejectUnknownAddresses(scenarios, services, topology);
  const under = topologyUnder(topology, scenarios);
  return services.map(before => {
    const service = edits.length > 0 ? applySetFlags(before, edits, facts) : before;
    const slices = under.topology.slices(service.namespace, service.name);
    return {
      service,
      slices: edits.length > 0 ? withPublishedReadiness(service, slices) : slices,
      nodes: under.topology.nodes(),
      facts,
      hints,
      ...(scenarios.length > 0 && { scenario: under.notes(before) }),
    };
  });
}

function rejectUnknownAddresses(
  scenarios: readonly Scenario[],
  services: readonly Service[],
  topology: Topology,
): void {
  const named = scenarios.flatMap(namedAddresses);
  if (named.length === 0) return;
  const slices = services.flatMap(({ namespace, name }) => topology.slices(namespace, name));
  const known = new Set(slices.flatMap(({ endpoints }) => endpoints.map(({ address }) => address)));
  const unknown = named.find(address => !known.has(address));
  if (unknown === undefined) return;
  throw new InputError(`no endpoint has the address ${unknown}${didYouMean(unknown, [...known])}`);
}

function namedAddresses(scenario: Scenario): readonly string[] {
  if (scenario.kind === 'pod-lost') return [scenario.address];
  if (scenario.kind === 'scale') return scenario.staying ?? [];
  return scenario.kind === 'rollout' ? (scenario.away ?? []) : [];
}

/** Throws InputError for an unknown Service, and for a namespace without any. */
export function selectServices(
  { all, names, namespace }: Pick<ExplainSelection, 'all' | 'names' | 'namespace'>,
  topology: Topology,
): readonly Service[] {
  switch (all) {
    case 'every':
      return topology.services();
    case 'in-namespace': {
      const services = topology.services().filter(service => service.namespace === namespace);
      if (services.length > 0) return services;
      const namespaces = new Set(topology.services().map(service => service.namespace));
      throw new InputError(`no Service in namespace ${namespace}${didYouMean(namespace, [...namespaces])}`);
    }
    case null:
      return names.map(name => find(name, namespace, topology));
    default:
      return all satisfies never;
  }
}

/** The Service as the API server stores it after the edits. Throws InputError for an edit that it rejects. */
function applySetFlags(before: Service, edits: readonly FieldEdit[], facts: ClusterFacts): Service {
  const service = applyApiDefaults(applyEdits(before, edits), before);
  const { type, clusterIP, externalIPs, sessionAffinity, publishNotReadyAddresses, annotations } = service;
  const { internalTrafficPolicy, externalTrafficPolicy, trafficDistribution } = service;
  const policies = { internalTrafficPolicy, externalTrafficPolicy, trafficDistribution };
  const spec = { type, clusterIP, externalIPs, sessionAffinity, publishNotReadyAddresses, ...policies };
  const [refused] = trafficFieldViolations({ metadata: { annotations }, spec }, facts.version.minor);
  if (refused) throw new InputError(`--set: the API server refuses ${refused.path}: ${refused.reason}`);
  return service;
}

function find(text: string, inUse: string, topology: Topology): Service {
  const [first, second, ...rest] = text.split('/');
  const [namespace, name] = second === undefined ? [inUse, first] : [first, second];
  if (!namespace || !name || rest.length > 0) throw new InputError(`${JSON.stringify(text)} is not a NAMESPACE/NAME`);
  const service = topology.service(namespace, name);
  if (service) return service;
  const all = topology.services();
  const names = (services: readonly Service[]) => services.map(other => `${other.namespace}/${other.name}`);
  const like = names(all.filter(other => other.name === name));
  const hint = like.length > 0 ? `; there is ${like.join(', ')}` : didYouMean(`${namespace}/${name}`, names(all));
  throw new InputError(`no Service ${namespace}/${name} in this cluster${hint}`);
}
