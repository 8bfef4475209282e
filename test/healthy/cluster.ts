import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { applyApiDefaults } from '../../src/model/api-defaults.ts';
import { projectService } from '../../src/model/projection.ts';
import type { RawObject } from '../../src/model/raw.ts';
import { asList, asObject } from '../../src/model/raw.ts';
import { RULES } from '../../src/rules/index.ts';
import type { Fixture } from '../rules/fixture.ts';
import { fixtureFrom, ROOT } from '../rules/fixture.ts';
import type { FixtureResult } from '../rules/judge.ts';
import { clusterOf, evaluateFixture, manifestsOf } from '../rules/judge.ts';
import { withPodAddress, writtenSlices } from './written-slices.ts';

/** `test/healthy/<name>.yaml`: in the format of a rule's fixture, with many Services to evaluate. */
export interface HealthyCluster {
  readonly name: string;
  readonly description: string;
  readonly services: number;
  readonly nodes: number;
  readonly ways: readonly Way[];
  readonly fixture: Fixture;
}

/** The ways to evaluate a Service; in each of them zonewise has the cluster data of that way. */
export const WAYS = [
  'check: new',
  'check: unchanged',
  'CREATE',
  'UPDATE',
  'UPDATE of label and port',
  'audit',
] as const;
export type Way = (typeof WAYS)[number];

/** Services that are being deployed are new; only the webhook knows that a Pod is seconds old. */
const BEING_DEPLOYED: Readonly<Record<string, readonly Way[]>> = {
  'deploy-time': ['check: new', 'CREATE'],
  'deploy-time-scheduled': ['check: new', 'CREATE'],
  'deploy-time-half-placed': ['CREATE'],
};

export function healthyClusters(): readonly HealthyCluster[] {
  const folder = join(ROOT, 'test/healthy');
  const files = readdirSync(folder).filter(file => file.endsWith('.yaml'));
  return files.sort().map(file => clusterFrom(`test/healthy/${file}`, readFileSync(join(folder, file), 'utf8')));
}

function clusterFrom(file: string, text: string): HealthyCluster {
  const fixture = fixtureFrom('', file, text);
  const name = basename(file, '.yaml');
  return {
    name,
    description: fixture.description,
    services: manifestsOf(fixture.evaluated, file).filter(({ kind }) => kind === 'Service').length,
    nodes: clusterOf(fixture).filter(({ kind }) => kind === 'Node').length,
    ways: BEING_DEPLOYED[name] ?? WAYS,
    fixture,
  };
}

/** The result for all Services of the cluster. */
export async function evaluateAs(way: Way, { fixture }: HealthyCluster): Promise<FixtureResult> {
  const evaluated = manifestsOf(fixture.evaluated, fixture.file).map(({ raw }) => raw);
  const context = clusterOf(fixture).map(({ raw }, i) => withPodAddress(raw, i));
  const everything = manifestsOf(list([...evaluated, ...context]), fixture.file);
  const existing = [
    ...context,
    ...evaluated.filter(({ kind }) => kind === 'Service').map(withTargetPorts),
    ...writtenSlices(everything, fixture.settings.version),
  ];
  switch (way) {
    case 'check: new':
      return evaluateFixture(like(fixture, { evaluated, cluster: context, source: 'files' }));
    case 'check: unchanged':
      return evaluateFixture(like(fixture, { evaluated, cluster: existing, source: 'files' }));
    case 'CREATE':
      return evaluateFixture(like(fixture, { evaluated, cluster: context, source: 'admission' }));
    case 'UPDATE':
      return evaluateFixture(like(fixture, { evaluated, cluster: existing, source: 'admission' }));
    case 'UPDATE of label and port':
      return evaluateFixture(
        like(fixture, { evaluated: evaluated.map(changed), cluster: existing, source: 'admission' }),
      );
    case 'audit':
      return evaluateFixture(like(fixture, { evaluated, cluster: existing, source: 'cluster' }));
    default:
      return way satisfies never;
  }
}

/** The number of pairs of a Service and a rule that applied to it and was not skipped. */
export function looks(cluster: HealthyCluster, { skipped }: FixtureResult): number {
  const services = manifestsOf(cluster.fixture.evaluated, cluster.fixture.file).filter(
    ({ kind }) => kind === 'Service',
  );
  const applicable = services
    .map(({ raw }) => applyApiDefaults(projectService(raw)))
    .flatMap(service =>
      RULES.filter(rule =>
        rule.appliesTo(service, { operation: 'CREATE', source: 'cluster', service, old: null, violations: [] }),
      ),
    );
  return applicable.length - skipped.length;
}

interface Scene {
  readonly evaluated: readonly RawObject[];
  readonly cluster: readonly RawObject[];
  readonly source: Fixture['settings']['source'];
}

function like(fixture: Fixture, { evaluated, cluster, source }: Scene): Fixture {
  return {
    ...fixture,
    evaluated: list(evaluated),
    cluster: [list(cluster)],
    settings: { ...fixture.settings, source },
  };
}

function list(items: readonly RawObject[]): string {
  return JSON.stringify({ kind: 'List', items });
}

/** The Service with its target ports as the API server defaults them. */
function withTargetPorts(raw: RawObject): RawObject {
  const spec = asObject(raw['spec']);
  const ports = asList(spec['ports']).map(asObject);
  return { ...raw, spec: { ...spec, ports: ports.map(port => ({ targetPort: port['port'], ...port })) } };
}

/** The Service with another label and another first port, which no rule covers. */
function changed(raw: RawObject): RawObject {
  if (raw['kind'] !== 'Service') return raw;
  const [metadata, spec] = [asObject(raw['metadata']), asObject(withTargetPorts(raw)['spec'])];
  const [first, ...rest] = asList(spec['ports']).map(asObject);
  const port = first && { ...first, port: Number(first['port']) + 10_000 };
  return {
    ...raw,
    metadata: { ...metadata, labels: { ...asObject(metadata['labels']), team: 'shop' } },
    spec: { ...spec, ...(port && { ports: [port, ...rest] }) },
  };
}
