import type { Advice } from '../../engine/advice/advice.ts';
import { Advisor } from '../../engine/advice/advisor.ts';
import { clientNodeFilter } from '../../engine/context.ts';
import { type ClusterView, evaluateExisting } from '../../engine/evaluate-existing.ts';
import { EvaluationCache } from '../../engine/evaluation-cache.ts';
import type { Service } from '../../model/service.ts';
import type { CheckResult } from '../../report/result.ts';
import { RULES } from '../../rules/index.ts';
import type { InputError } from '../../runtime/errors.ts';
import { assignmentOf } from '../../topology/data-plane.ts';
import { lossCounts } from '../../topology/lost-traffic.ts';
import { currentTraffic } from '../../topology/service-traffic.ts';
import { NO_PROGRESS, type Progress } from '../output/progress.ts';
import { type SortKey, sortFindings } from './sort.ts';

export interface AuditInput extends Omit<ClusterView, 'rules' | 'cache'> {
  /** Parts of --topology that cannot be used. */
  readonly errors?: readonly InputError[];
  /** The Services to evaluate; all by default. */
  readonly services?: readonly Service[];
  readonly sortBy?: SortKey;
  /** Whether to advise on the settings of each Service. */
  readonly advises?: boolean;
  readonly progress?: Progress;
}

/** Evaluates existing Services, with the hints that are on their slices. */
export function auditCluster(input: AuditInput): CheckResult {
  const {
    progress = NO_PROGRESS,
    errors = [],
    sortBy = 'severity',
    advises = false,
    services: given,
    ...cluster
  } = input;
  const services = given ?? cluster.topology.services();
  const view = { ...cluster, rules: RULES, cache: new EvaluationCache() };
  const evaluations = services.map((service, i) => {
    progress.show(() => `evaluating Services: ${i} of ${services.length}`);
    return { service, ...evaluateExisting(service, view) };
  });
  const sortable = evaluations.flatMap(({ service, findings }) => {
    // The page computes it for every Service; here only the order of findings depends on it.
    const lost = findings.length === 0 ? 0 : nodesLosingTraffic(service, view);
    return findings.map(finding => ({ finding: { ...finding, file: null, line: null }, lost }));
  });
  const dataPlanes = view.cache.dataPlanes(cluster.topology.nodes(), cluster.facts.dataPlanes);
  return {
    findings: sortFindings(sortable, sortBy),
    skipped: evaluations.flatMap(({ skipped }) => skipped.filter(({ need }) => need !== 'workloads')),
    failures: evaluations.flatMap(({ failures }) => failures),
    ...(services.length > 0 && { dataPlanes }),
    errors,
    ...(advises && { advice: adviceFor(services, cluster) }),
    services: services.map(({ namespace, name }) => ({
      object: { kind: 'Service', namespace, name },
      file: null,
      line: null,
    })),
  };
}

function adviceFor(
  services: readonly Service[],
  { topology, facts, policy }: Omit<ClusterView, 'rules'>,
): readonly Advice[] {
  const advisor = new Advisor({ topology, facts, clientNodes: policy.clientNodes });
  return services.map(service => advisor.advise(service));
}

type CachedView = ClusterView & { readonly cache: EvaluationCache };

function nodesLosingTraffic(service: Service, { topology, policy, cache, ...view }: CachedView): number {
  const facts = { ...view.facts, dataPlanes: cache.dataPlanes(topology.nodes(), view.facts.dataPlanes) };
  const nodes = cache.nodes(topology.nodes(), assignmentOf(facts));
  const clients = cache.clientNodes(nodes, clientNodeFilter(service, policy.clientNodes), facts.now);
  const slices = topology.slices(service.namespace, service.name);
  const { internal, external, shortCircuit } = lossCounts(currentTraffic({ service, slices, facts, clients, nodes }));
  return internal + external + shortCircuit;
}
