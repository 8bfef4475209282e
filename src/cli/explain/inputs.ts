import { trafficFieldViolations } from '../../admission/violations.ts';
import { applyApiDefaults } from '../../model/api-defaults.ts';
import { didYouMean } from '../../model/did-you-mean.ts';
import { applyEdits } from '../../model/edit.ts';
import type { FieldEdit } from '../../model/finding.ts';
import type { MeasuredTraffic } from '../../model/measured-traffic.ts';
import type { Service } from '../../model/service.ts';
import type { ClusterFacts, Topology } from '../../model/topology.ts';
import { InputError } from '../../runtime/errors.ts';
import type { ExplainInput } from '../../topology/explain.ts';
import { RatesByService } from '../../topology/rates-by-service.ts';
import { isTemporary, type Scenario } from '../../topology/scenarios/scenario.ts';
import { topologyUnder } from '../../topology/scenarios/topology-under.ts';
import { withPublishedReadiness } from '../../topology/slice-prediction.ts';

export interface ClusterInput {
  readonly topology: Topology;
  readonly facts: ClusterFacts;
}

/** The Services to explain, with changed fields and the source of hints. */
export interface ExplainSelection {
  readonly services: readonly Service[];
  readonly edits: readonly FieldEdit[];
  readonly hints: 'observed' | 'predicted';
  readonly scenarios?: readonly Scenario[];
  readonly traffic?: MeasuredTraffic | null;
}

/** Throws InputError for an edit that the API server rejects, and an unknown address of a Pod. */
export function explainInputs(selection: ExplainSelection, { topology, facts }: ClusterInput): readonly ExplainInput[] {
  const { services, edits, hints, scenarios = [], traffic = null } = selection;
  const rates = traffic && new RatesByService(traffic);
  rejectUnknownAddresses(scenarios, services, topology);
  const under = topologyUnder(topology, scenarios);
  return services.map(before => {
    const service = edits.length > 0 ? applySetFlags(before, edits, facts) : before;
    const slices = under.topology.slices(service.namespace, service.name);
    const stored = {
      service: before,
      slices: topology.slices(service.namespace, service.name),
      nodes: topology.nodes(),
      facts,
      hints: 'observed',
    } as const;
    return {
      ...(rates && traffic && { measured: { ...rates.of(service), unit: traffic.unit } }),
      ...((edits.length > 0 || scenarios.length > 0) && { before: stored }),
      service,
      slices: edits.length > 0 ? withPublishedReadiness(service, slices) : slices,
      nodes: under.topology.nodes(),
      facts,
      hints,
      ...(scenarios.length > 0 && {
        scenario: under.notes(before),
        away: under.away,
        isTemporary: scenarios.some(isTemporary),
      }),
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
  const unknown = named.find(({ address }) => !known.has(address));
  if (unknown === undefined) return;
  const { flag, address } = unknown;
  throw new InputError(`--${flag} ${address}: no endpoint has this address${didYouMean(address, [...known])}`);
}

interface NamedAddress {
  readonly flag: Scenario['kind'];
  readonly address: string;
}

function namedAddresses(scenario: Scenario): readonly NamedAddress[] {
  return addressesOf(scenario).map(address => ({ flag: scenario.kind, address }));
}

function addressesOf(scenario: Scenario): readonly string[] {
  if (scenario.kind === 'pod-lost') return [scenario.address];
  if (scenario.kind === 'scale') return scenario.staying ?? [];
  return scenario.kind === 'rollout' ? (scenario.away ?? []) : [];
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
