import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { statedDataPlanes } from '../../src/config/data-planes.ts';
import type { ClusterChange } from '../../src/engine/workloads/cluster-change.ts';
import type { ChangeSource } from '../../src/model/change.ts';
import type { DataPlanes } from '../../src/model/data-plane.ts';
import { ASSUMED_KUBE_PROXY } from '../../src/model/data-plane.ts';
import type { Level } from '../../src/model/finding.ts';
import { isLevel } from '../../src/model/finding.ts';
import type { KubernetesVersion } from '../../src/model/version.ts';
import { NEWEST_KNOWN_MINOR, parseVersion } from '../../src/model/version.ts';
import { withStatements } from '../../src/topology/data-plane.ts';
import type { WorkloadRef } from '../../src/topology/scenarios/scenario.ts';

export const ROOT = join(import.meta.dirname, '../..');

/** The rule's result for the Service: the first word of the file name. */
export type Outcome = 'fires' | 'silent' | 'skips';

/** `test/rules/<rule>/<outcome>-<title>.yaml`; CONTRIBUTING.md describes the format. */
export interface Fixture {
  readonly rule: string;
  readonly outcome: Outcome;
  /** `fires-on-two-of-three-nodes` */
  readonly name: string;
  /** Path from the repository's root. */
  readonly file: string;
  /** The comment at the top, which describes the case. */
  readonly description: string;
  /** Manifests to evaluate. */
  readonly evaluated: string;
  /** Manifests of the existing cluster: the named cluster first, then the fixture's own, which override it. */
  readonly cluster: readonly string[];
  readonly settings: Settings;
}

/** The parsed header comments. */
export interface Settings {
  readonly version: KubernetesVersion;
  /** `detected`: read from the objects of the cluster. */
  readonly dataPlanes: DataPlanes | 'detected';
  readonly source: ChangeSource;
  /** Of source `workload`. */
  readonly change: ClusterChange | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The lowest level at which a silent fixture must not have findings. */
  readonly silentFrom: Level;
  /** Rules that may have findings in a silent fixture. */
  readonly allow: readonly string[];
  /** The rule's options. */
  readonly options: Readonly<Record<string, number>>;
  readonly cluster: string | null;
  /** Shown in full on the rule's page. */
  readonly inDocs: boolean;
}

export const DEFAULT_NOW = '2026-06-01T12:00:00Z';
const FILE_NAME = /^(fires|silent|skips)-[a-z0-9-]+\.yaml$/;
const HEADER = /^# ([a-z]+): (.*)$/;
const TOPOLOGY = /^---\n# topology$/m;

/** Ids of the rules that have a fixture folder. */
export function fixtureFolders(root = ROOT): readonly string[] {
  const entries = readdirSync(join(root, 'test/rules'), { withFileTypes: true });
  return entries.flatMap(entry => (entry.isDirectory() && entry.name !== 'clusters' ? [entry.name] : []));
}

/** The fixtures of one rule, sorted by name. Throws if a file is neither a fixture nor the output of one. */
export function readFixtures(rule: string, root = ROOT): readonly Fixture[] {
  const folder = `test/rules/${rule}`;
  if (!existsSync(join(root, folder))) return [];
  const files = readdirSync(join(root, folder)).sort();
  const fixtures = files.filter(file => FILE_NAME.test(file));
  const stray = files.find(file => !fixtures.includes(file) && !fixtures.includes(file.replace(/\.txt$/, '.yaml')));
  if (stray) throw new Error(`${folder}/${stray}: expected fires-….yaml, silent-….yaml, skips-….yaml or their .txt`);
  return fixtures.map(file => fixtureFrom(rule, `${folder}/${file}`, readFileSync(join(root, folder, file), 'utf8')));
}

/** Parses the text of a fixture; errors name `file`. */
export function fixtureFrom(rule: string, file: string, text: string): Fixture {
  const name = basename(file, '.yaml');
  const { description, headers, body } = readHeader(text, file);
  const [evaluated = '', own = ''] = body.split(TOPOLOGY);
  const settings = readSettings(headers, file);
  const named = settings.cluster && readFileSync(join(ROOT, 'test/rules/clusters', `${settings.cluster}.yaml`), 'utf8');
  return {
    rule,
    outcome: name.split('-')[0] as Outcome,
    name,
    file,
    description,
    evaluated: evaluated.trim(),
    cluster: [named ?? '', own].filter(part => part.trim() !== ''),
    settings,
  };
}

/** The comments before the first line of YAML: `# word: value` is a setting, everything else the description. */
function readHeader(text: string, file: string) {
  const lines = text.split('\n');
  const end = lines.findIndex(line => !line.startsWith('#'));
  const headers = new Map<string, string>();
  const prose: string[] = [];
  for (const line of lines.slice(0, end)) {
    const [, key, value] = HEADER.exec(line) ?? [];
    if (key === undefined || value === undefined) prose.push(line.replace(/^# ?/, ''));
    else if (headers.has(key)) throw new Error(`${file}: ${key} is set twice`);
    else headers.set(key, value.trim());
  }
  return { description: prose.join(' ').trim(), headers, body: lines.slice(end).join('\n') };
}

const KNOWN_HEADERS = [
  'kubernetes',
  'dataplane',
  'source',
  'now',
  'levels',
  'allow',
  'options',
  'cluster',
  'docs',
  'change',
];

function readSettings(headers: ReadonlyMap<string, string>, file: string): Settings {
  const refuse = (key: string, expected: string) => new Error(`${file}: # ${key}: expected ${expected}`);
  for (const key of headers.keys()) if (!KNOWN_HEADERS.includes(key)) throw refuse(key, KNOWN_HEADERS.join(', '));
  const version = parseVersion(headers.get('kubernetes') ?? `1.${NEWEST_KNOWN_MINOR}`);
  if (!version) throw refuse('kubernetes', 'a version like 1.36');
  const source = headers.get('source') ?? 'files';
  if (!isSource(source)) throw refuse('source', SOURCES.join(', '));
  const change = changeOf(headers.get('change') ?? '');
  if ((change === null) !== (source !== 'workload'))
    throw refuse(
      'change',
      'with source workload a change like scale Deployment/web 1, delete DaemonSet/web, evict web-0, drain n1',
    );
  const now = Date.parse(headers.get('now') ?? DEFAULT_NOW);
  if (Number.isNaN(now)) throw refuse('now', 'a time like 2026-06-01T12:00:00Z');
  const silentFrom = headers.get('levels') === 'all' ? 'info' : (headers.get('levels') ?? 'warn');
  if (!isLevel(silentFrom)) throw refuse('levels', 'all, info, warn or deny');
  const dataPlane = headers.get('dataplane') ?? 'kube-proxy';
  const options = list(headers.get('options'))
    .map(text => text.split('='))
    .map(([k = '', v]) => [k, Number(v)]);
  return {
    version,
    dataPlanes: dataPlane === 'detected' ? dataPlane : dataPlanesOf(dataPlane, file),
    source,
    change,
    now,
    silentFrom,
    allow: list(headers.get('allow')),
    options: Object.fromEntries(options),
    cluster: headers.get('cluster') ?? null,
    inDocs: headers.get('docs') === 'shown',
  };
}

const SOURCES: readonly ChangeSource[] = ['files', 'admission', 'cluster', 'workload'];

const CHANGE = /^(?:(evict|drain) ([\w.-]+)|(scale|delete) (Deployment|StatefulSet|DaemonSet)\/([\w.-]+)(?: (\d+))?)$/;

/** `scale Deployment/web 1`, `delete DaemonSet/agent`, `evict web-0`, `drain n1`; in the namespace default. */
function changeOf(text: string): ClusterChange | null {
  const [, verb, object = '', action, kind, name = '', replicas] = CHANGE.exec(text) ?? [];
  if (verb === 'evict') return { kind: 'evict', namespace: 'default', pod: object };
  if (verb === 'drain') return { kind: 'cordon', node: object };
  if (!action) return null;
  const workload = { kind: kind as WorkloadRef['kind'], namespace: 'default', name };
  if (action === 'delete') return { kind: 'delete', workload, selector: {} };
  const counts = { oldReplicas: Number.MAX_SAFE_INTEGER, replicas: Number(replicas) };
  return { kind: 'scale', workload, ...counts, ordinals: { before: 0, after: 0 }, selector: {} };
}

function isSource(text: string): text is ChangeSource {
  return SOURCES.some(source => source === text);
}

function dataPlanesOf(text: string, file: string): DataPlanes {
  if (text === 'assumed') return ASSUMED_KUBE_PROXY;
  return withStatements(statedDataPlanes(text.split(';'), file), ASSUMED_KUBE_PROXY);
}

function list(text = ''): readonly string[] {
  return text.split(',').flatMap(item => item.trim() || []);
}
