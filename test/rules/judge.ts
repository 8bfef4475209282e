import { admit } from '../../src/admission/admit.ts';
import { Deadline } from '../../src/admission/deadline.ts';
import type { PodFinder } from '../../src/admission/pending-endpoints.ts';
import type { AdmissionRequest } from '../../src/admission/review.ts';
import { checkManifests } from '../../src/cli/check/check-manifests.ts';
import type { Manifest } from '../../src/cluster/manifests/manifest.ts';
import { readManifests } from '../../src/cluster/manifests/manifest.ts';
import { ManifestTopology } from '../../src/cluster/manifests/manifest-topology.ts';
import { factsOfFiles } from '../../src/cluster/snapshot/facts.ts';
import { evaluate } from '../../src/engine/evaluate.ts';
import type { Skipped } from '../../src/engine/evaluation.ts';
import { EvaluationCache } from '../../src/engine/evaluation-cache.ts';
import type { Policy } from '../../src/engine/policy.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import type { ClusterChange } from '../../src/engine/workloads/cluster-change.ts';
import { evaluateChanges } from '../../src/engine/workloads/evaluate-change.ts';
import { applyApiDefaults } from '../../src/model/api-defaults.ts';
import type { Change } from '../../src/model/change.ts';
import type { Finding } from '../../src/model/finding.ts';
import { projectPod } from '../../src/model/pod-projection.ts';
import { projectService } from '../../src/model/projection.ts';
import type { RawObject } from '../../src/model/raw.ts';
import { asList, asObject } from '../../src/model/raw.ts';
import { matchesLabels } from '../../src/model/selector.ts';
import type { ClusterFacts } from '../../src/model/topology.ts';
import { withTrafficDefaults } from '../../src/model/traffic-defaults.ts';
import { RULES } from '../../src/rules/index.ts';
import { WorkBudget } from '../../src/topology/work-budget.ts';
import type { Fixture } from './fixture.ts';

export interface FixtureResult {
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
}

/**
 * Runs all rules on a fixture. Its source selects the way: as `check --topology` does, as the webhook does, or as an audit.
 */
export async function evaluateFixture(fixture: Fixture): Promise<FixtureResult> {
  const input = {
    manifests: manifestsOf(fixture.evaluated, fixture.file),
    cluster: clusterOf(fixture),
    facts: factsOf(fixture),
    policy: policyOf(fixture),
  };
  switch (fixture.settings.source) {
    case 'files':
      return checkManifests(input);
    case 'admission':
      return review(input);
    case 'cluster':
      return audit(input);
    case 'workload':
      return changeOfWorkload(input, fixture.settings.change);
    default:
      return fixture.settings.source satisfies never;
  }
}

/** The findings and skip reasons of one rule, in the format of the .txt beside the fixture. */
export function outcomeOf(rule: string, { findings, skipped }: FixtureResult): string {
  const lines = [
    ...findings.filter(finding => finding.rule === rule).map(({ level, message }) => `${level} ${message}`),
    ...skipped.filter(skip => skip.rule === rule && !skip.reason).map(({ why }) => `skipped: ${why}`),
  ];
  return lines.map(line => `${line}\n`).join('');
}

export function manifestsOf(text: string, file: string): readonly Manifest[] {
  return readManifests({ name: file, text, unknownDocuments: 'refuse' });
}

export function clusterOf(fixture: Fixture): readonly Manifest[] {
  return fixture.cluster.flatMap(text => manifestsOf(text, fixture.file));
}

export function factsOf(fixture: Fixture): ClusterFacts {
  const { version, dataPlanes: stated, now } = fixture.settings;
  const dataPlanes = stated === 'detected' ? factsOfFiles(clusterOf(fixture)).dataPlanes : stated;
  return { version, dataPlanes, now, topologyAgeSeconds: 0 };
}

/** The default policy; a rule that is off by default is on in its own fixtures. */
function policyOf({ rule, settings: { options } }: Fixture): Policy {
  const off = RULES.find(({ id }) => id === rule)?.level === 'off';
  return { ...DEFAULT_POLICY, rules: { [rule]: { level: off ? 'warn' : null, options } } };
}

interface Input {
  readonly manifests: readonly Manifest[];
  readonly cluster: readonly Manifest[];
  readonly facts: ClusterFacts;
  readonly policy: Policy;
}

/** Before it calls the webhook, the API server sets defaults and allocates values or keeps the old ones. */
async function review({ manifests, cluster, facts, policy }: Input): Promise<FixtureResult> {
  const context = manifests.filter(({ kind }) => kind !== 'Service');
  const topology = new ManifestTopology([...cluster, ...context]);
  const all = [...cluster, ...context];
  const by = {
    rules: RULES,
    topology: () => topology,
    facts: () => facts,
    policy: () => policy,
    cache: new EvaluationCache(),
  };
  const results = manifests
    .filter(({ kind }) => kind === 'Service')
    .map(async manifest => {
      const old = cluster.findLast(other => sameService(other, manifest))?.raw;
      const request = requestOf(stored(manifest.raw, facts), old && stored(old, facts));
      // Real slices with endpoints have Pods; a fixture without Pods has no Pod lookup on an UPDATE.
      const pods = old && !all.some(({ kind }) => kind === 'Pod') ? null : podsOf(all);
      const outcome = await admit(request, { ...by, pods }, new Deadline(10_000, () => 0));
      if (outcome.kind !== 'evaluated') throw new Error(`${manifest.file}: the webhook did not evaluate it`);
      const failure = outcome.evaluation.failures[0];
      if (failure) throw failure.error;
      return outcome.evaluation;
    });
  const evaluations = await Promise.all(results);
  return { findings: evaluations.flatMap(r => r.findings), skipped: evaluations.flatMap(r => r.skipped) };
}

/** Every Service to evaluate already exists in the cluster. */
function audit({ manifests, cluster, facts, policy }: Input): FixtureResult {
  const topology = new ManifestTopology([...cluster, ...manifests]);
  const evaluations = manifests
    .filter(({ kind }) => kind === 'Service')
    .map(({ raw }) => {
      const service = applyApiDefaults(projectService(raw));
      const change: Change = { operation: 'CREATE', source: 'cluster', service, old: null, violations: [] };
      return evaluate({ rules: RULES, change, topology, facts, policy });
    });
  const failure = evaluations.flatMap(result => result.failures)[0];
  if (failure) throw failure.error;
  return { findings: evaluations.flatMap(r => r.findings), skipped: evaluations.flatMap(r => r.skipped) };
}

/** Every Service already exists in the cluster. */
function changeOfWorkload({ manifests, cluster, facts, policy }: Input, change: ClusterChange | null): FixtureResult {
  const topology = new ManifestTopology([...cluster, ...manifests]);
  const cache = new EvaluationCache();
  const view = { rules: RULES, topology, facts, policy, cache, budget: () => new WorkBudget(), denies: false };
  const steps = evaluateChanges(change ? [change] : [], view);
  for (;;) {
    const { value, done } = steps.next();
    const failure = value.failures[0];
    if (failure) throw failure.error;
    if (done) return value;
  }
}

function sameService(a: Manifest, b: Manifest): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}

function requestOf(object: RawObject, oldObject: RawObject | undefined): AdmissionRequest {
  return {
    uid: 'fixture',
    kind: { group: '', version: 'v1', kind: 'Service' },
    resource: { group: '', version: 'v1', resource: 'services' },
    operation: oldObject ? 'UPDATE' : 'CREATE',
    object,
    oldObject: oldObject ?? null,
  };
}

function stored(raw: RawObject, facts: ClusterFacts): RawObject {
  const defaulted = withTrafficDefaults(raw, facts.version.minor);
  const spec = asObject(defaulted['spec']);
  const clusterIP = spec['type'] === 'ExternalName' ? {} : { clusterIP: '10.96.0.10', ipFamilies: ['IPv4'] };
  const ports = asList(spec['ports'])
    .map(asObject)
    .map(port => ({ protocol: 'TCP', targetPort: port['port'], ...port }));
  return { ...defaulted, spec: { ...clusterIP, ...spec, ports } };
}

function podsOf(manifests: readonly Manifest[]): PodFinder {
  const pods = manifests.filter(({ kind }) => kind === 'Pod').map(({ raw }) => projectPod(raw));
  return {
    find: async (namespace, selector) => ({
      kind: 'pods',
      pods: pods.filter(pod => pod.namespace === namespace && matchesLabels(selector, pod.labels)),
    }),
  };
}
