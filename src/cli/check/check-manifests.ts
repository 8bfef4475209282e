import { unknownFields } from '../../admission/unknown-fields.ts';
import { trafficFieldViolations } from '../../admission/violations.ts';
import type { Manifest } from '../../cluster/manifests/manifest.ts';
import { ManifestTopology } from '../../cluster/manifests/manifest-topology.ts';
import { malformedManifest } from '../../cluster/manifests/object-shape.ts';
import { evaluate } from '../../engine/evaluate.ts';
import type { Policy } from '../../engine/policy.ts';
import { applyApiDefaults } from '../../model/api-defaults.ts';
import type { Change } from '../../model/change.ts';
import { projectService } from '../../model/projection.ts';
import type { Service } from '../../model/service.ts';
import type { ClusterFacts, Topology } from '../../model/topology.ts';
import type { CheckResult } from '../../report/result.ts';
import { RULES } from '../../rules/index.ts';
import { refineDataPlanes } from '../../topology/data-plane.ts';
import { pendingPlacement, slicesFromPods } from '../../topology/pod-slices.ts';
import { changesSelector, delegatingTopology, withSlices } from '../../topology/topology-view.ts';
import type { Progress } from '../output/progress.ts';

export interface CheckInput {
  /** The Services to evaluate; workloads, Nodes and slices are context. */
  readonly manifests: readonly Manifest[];
  /** The objects of --topology, or a live cluster. */
  readonly cluster: Topology | readonly Manifest[];
  readonly facts: ClusterFacts;
  readonly policy: Policy;
  readonly progress?: Progress;
}

/** Evaluates every Service of the manifests. A malformed Service is an error of the result. */
export function checkManifests(input: CheckInput): CheckResult {
  const context = checkContext(input);
  const services = input.manifests.filter(manifest => manifest.kind === 'Service');
  const results = services.map(manifest => checkService(manifest, context));
  return {
    findings: results.flatMap(result => result.findings),
    skipped: results.flatMap(result => result.skipped),
    failures: results.flatMap(result => result.failures),
    ...(services.length > 0 && { dataPlanes: refineDataPlanes(context.before.nodes(), input.facts.dataPlanes) }),
    errors: results.flatMap(result => result.errors),
    services: services.map(({ kind, namespace, name, file, line }) => ({
      object: { kind, namespace, name },
      file,
      line,
    })),
  };
}

/** The part of all manifests that the evaluation of one Service needs. */
export interface CheckContext {
  readonly input: CheckInput;
  readonly before: Topology;
  readonly given: ManifestTopology;
  readonly base: ManifestTopology | null;
}

export function checkContext(input: CheckInput): CheckContext {
  const context = input.manifests.filter(manifest => manifest.kind !== 'Service');
  const { version } = input.facts;
  const base = Array.isArray(input.cluster) ? new ManifestTopology([...input.cluster, ...context], version) : null;
  const before = base ?? (input.cluster as Topology);
  return { input, before, given: new ManifestTopology(input.manifests, version), base };
}

export function checkService(manifest: Manifest, context: CheckContext): Omit<CheckResult, 'services'> {
  const { facts, policy, progress } = context.input;
  progress?.show(() => `evaluating ${manifest.namespace}/${manifest.name}`);
  const malformed = malformedManifest(manifest);
  if (malformed) return { findings: [], skipped: [], failures: [], errors: [malformed] };
  const { service, old } = serviceOf(manifest, context);
  const change: Change = {
    operation: old ? 'UPDATE' : 'CREATE',
    source: 'files',
    service,
    old,
    violations: trafficFieldViolations(manifest.raw, facts.version.minor, {
      old: previousManifest(manifest, context.input),
    }),
    unknownFields: unknownFields(manifest.raw, facts.version.minor),
  };
  const { findings, skipped, failures } = evaluate({
    rules: RULES,
    ...withPodSlices(change, context),
    topologyBefore: context.before,
    facts,
    policy,
  });
  return {
    findings: findings.map(finding => ({ ...finding, file: manifest.file, line: manifest.lineOf(finding.path) })),
    skipped,
    failures,
    errors: [],
  };
}

/** The Service as the API server would store it, and the one that it replaces. */
export function serviceOf(
  { raw }: Manifest,
  { before }: Pick<CheckContext, 'before'>,
): { readonly service: Service; readonly old: Service | null } {
  const projected = projectService(raw);
  const old = before.service(projected.namespace, projected.name) ?? null;
  const families = old ? [] : familiesOfSlices(before, projected);
  const isOpen = projected.ipFamilies.length > 0 || families.length === 0;
  return { service: applyApiDefaults(isOpen ? projected : { ...projected, ipFamilies: families }, old), old };
}

/** The old object in a file; `undefined` for a live topology, which keeps projections only. */
function previousManifest({ namespace, name }: Manifest, { cluster }: CheckInput): unknown {
  if (!Array.isArray(cluster)) return undefined;
  const same = (other: Manifest) => other.kind === 'Service' && other.namespace === namespace && other.name === name;
  return (cluster as readonly Manifest[]).findLast(same)?.raw;
}

/** Uses the slices of the cluster. Without any, or with a changed selector, they are derived from the Pods. */
export function withPodSlices(
  change: Change,
  context: CheckContext,
): { readonly change: Change; readonly topology: Topology } {
  const { before, given, base } = context;
  const { service } = change;
  const workloads = given.workloads(service.namespace);
  const topology = base ? before : { ...delegatingTopology(() => before), workloads: () => workloads };
  const stale = changesSelector(change) || before.slices(service.namespace, service.name).length === 0;
  if (!stale) return { change, topology };
  const pods = (base ?? given).podsOf(service);
  const endpointsUnknown = pendingPlacement(pods, context.input.facts.now);
  return {
    change: endpointsUnknown ? { ...change, endpointsUnknown } : change,
    topology: withSlices(
      topology,
      service,
      slicesFromPods(service, pods, { topology, version: context.input.facts.version }),
    ),
  };
}

function familiesOfSlices(topology: Topology, service: { namespace: string; name: string }): ('IPv4' | 'IPv6')[] {
  const types = topology.slices(service.namespace, service.name).map(slice => slice.addressType);
  return (['IPv4', 'IPv6'] as const).filter(family => types.includes(family));
}
