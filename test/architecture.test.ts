import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize, sep } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const PURE = ['model', 'topology', 'rules', 'defaults', 'engine'];
const CLUSTER = ['data-plane', 'live', 'manifests', 'snapshot', 'traffic'].map(name => `cluster/${name}`);
const KUBE = ['kube/client', 'kube/writer'];
const BELOW_CLI = [
  ...[...PURE, ...CLUSTER, ...KUBE, 'runtime', 'config', 'kube/reflector', 'admission', 'report', 'serving', 'webhook'],
  ...['leader', 'certificates', 'events', 'findings', 'reports', 'audit', 'metrics.ts'].map(
    name => `controller/${name}`,
  ),
  ...['ui/api.ts', 'ui/server', 'ui/client'],
];
const CLI_BASE = ['command.ts', 'sample.ts', 'output', 'flags', 'connect'].map(name => `cli/${name}`);
const CLI_PARTS = ['completion', 'serve', 'check', 'explain', 'selection', 'audit', 'traffic'].map(
  name => `cli/${name}`,
);

/** Each part of src and the parts that it may import besides itself. A file belongs to the part with the longest matching path. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  model: [],
  topology: ['model'],
  rules: ['model', 'topology'],
  defaults: ['model', 'topology'],
  engine: ['model', 'topology', 'rules', 'defaults'],
  runtime: [],
  config: [...PURE, 'runtime'],
  'kube/client': ['model', 'runtime'],
  'kube/reflector': ['model', 'runtime', 'kube/client'],
  'kube/writer': ['model', 'runtime', 'kube/client'],
  'cluster/data-plane': ['model'],
  'cluster/live': ['model', 'topology', 'runtime', 'cluster/data-plane', 'kube/client', 'kube/reflector'],
  'cluster/manifests': ['model', 'topology', 'runtime'],
  'cluster/snapshot': ['model', 'topology', 'runtime', 'cluster/data-plane', 'cluster/manifests'],
  'cluster/traffic': ['model', 'runtime', 'kube/client'],
  admission: [...PURE, 'runtime'],
  report: [...PURE, 'runtime'],
  serving: ['runtime'],
  webhook: [...PURE, 'runtime', 'admission', 'serving'],
  'controller/leader': ['model', 'runtime', ...KUBE],
  'controller/certificates': ['model', 'runtime', 'config', ...KUBE, 'controller/leader'],
  'controller/events': [...PURE, 'runtime', ...KUBE],
  'controller/findings': [...PURE, 'runtime', 'report'],
  'controller/reports': [...PURE, 'runtime', ...KUBE, 'controller/findings'],
  'controller/audit': [
    ...[...PURE, 'runtime', 'report', 'config', ...KUBE, 'cluster/live'],
    ...['leader', 'certificates', 'events', 'findings', 'reports'].map(name => `controller/${name}`),
  ],
  'controller/metrics.ts': ['runtime', 'controller/certificates'],
  'ui/api.ts': ['model', 'topology', 'engine'],
  'ui/server': [...PURE, 'runtime', 'ui/api.ts'],
  'ui/client': [...PURE, 'report', 'ui/api.ts'],
  'cli/output': BELOW_CLI,
  'cli/command.ts': [...BELOW_CLI, 'cli/output'],
  'cli/sample.ts': [...BELOW_CLI, 'cli/output', 'cli/command.ts'],
  'cli/flags': [...BELOW_CLI, ...CLI_BASE.slice(0, 3)],
  'cli/connect': [...BELOW_CLI, ...CLI_BASE.slice(0, 4)],
  'cli/selection': [...BELOW_CLI, ...CLI_BASE],
  'cli/completion': [...BELOW_CLI, ...CLI_BASE, 'cli/selection'],
  'cli/serve': [...BELOW_CLI, ...CLI_BASE],
  'cli/check': [...BELOW_CLI, ...CLI_BASE],
  'cli/explain': [...BELOW_CLI, ...CLI_BASE],
  'cli/audit': [...BELOW_CLI, ...CLI_BASE],
  'cli/traffic': [...BELOW_CLI, ...CLI_BASE],
  cli: [...BELOW_CLI, ...CLI_BASE, ...CLI_PARTS],
  'main.ts': ['cli', 'cli/command.ts', 'cli/completion', 'model', 'report', 'runtime'],
};

interface SourceFile {
  /** From src: `rules/index.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const IMPORT = /^\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

function source(path: string, text: string): SourceFile {
  return { path, text, imports: [...text.matchAll(IMPORT)].map(match => match[1] ?? match[2] ?? match[3] ?? '') };
}

function targetOf(file: SourceFile, specifier: string): string {
  return normalize(join(dirname(file.path), specifier)).replaceAll(sep, '/');
}

const PARTS = Object.keys(ALLOWED).sort((a, b) => b.length - a.length);

function partOf(path: string): string | undefined {
  return PARTS.find(part => path === part || path.startsWith(`${part}/`));
}

/** Paths by the paths that they import, between files of src only. */
function importGraph(sources: readonly SourceFile[]): ReadonlyMap<string, readonly string[]> {
  const paths = new Set(sources.map(({ path }) => path));
  const targets = (file: SourceFile) => file.imports.map(specifier => targetOf(file, specifier));
  return new Map(sources.map(file => [file.path, targets(file).filter(target => paths.has(target))]));
}

/** `a -> b` for each import of a file in a part that its own part must not import. */
function forbiddenImports(sources: readonly SourceFile[]): readonly string[] {
  return [...importGraph(sources)].flatMap(([path, targets]) => {
    const part = partOf(path) ?? '';
    const allowed = [part, ...(ALLOWED[part] ?? [])];
    return targets.filter(target => !allowed.includes(partOf(target) ?? '')).map(target => `${path} -> ${target}`);
  });
}

/** The graph with one node per part, without edges inside a part. */
function partGraph(sources: readonly SourceFile[]): ReadonlyMap<string, readonly string[]> {
  const graph = new Map<string, Set<string>>();
  for (const [path, targets] of importGraph(sources)) {
    const part = partOf(path) ?? path;
    const edges = graph.get(part) ?? new Set();
    for (const target of targets) if (partOf(target) !== part) edges.add(partOf(target) ?? target);
    graph.set(part, edges);
  }
  return new Map([...graph].map(([part, edges]) => [part, [...edges]]));
}

/** The first cycle that each depth-first visit finds, as the paths on it; the result is empty if and only if there is none. */
function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const onPath: string[] = [];
  const visit = (node: string) => {
    if (onPath.includes(node)) cycles.push(onPath.slice(onPath.indexOf(node)));
    if (done.has(node) || onPath.includes(node)) return;
    onPath.push(node);
    for (const next of graph.get(node) ?? []) visit(next);
    onPath.pop();
    done.add(node);
  };
  for (const node of graph.keys()) visit(node);
  return cycles;
}

const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .map(path => path.replaceAll(sep, '/'))
  .filter(path => /\.tsx?$/.test(path))
  .sort()
  .map(path => source(path, readFileSync(join(ROOT, 'src', path), 'utf8')));

test('every file of src belongs to a part, and every part has a file', () => {
  expect(files.filter(({ path }) => partOf(path) === undefined).map(({ path }) => path)).toEqual([]);
  expect(PARTS.filter(part => !files.some(({ path }) => partOf(path) === part))).toEqual([]);
});

describe.each(Object.entries(ALLOWED))('src/%s', (part, allowed) => {
  test(`imports only ${allowed.join(', ') || 'itself'}`, () => {
    expect(forbiddenImports(files).filter(arrow => partOf(arrow.split(' ')[0] ?? '') === part)).toEqual([]);
  });
});

describe('imports', () => {
  test('form no cycle between files', () => {
    expect(cyclesIn(importGraph(files))).toEqual([]);
  });

  test('form no cycle between parts', () => {
    expect(cyclesIn(partGraph(files))).toEqual([]);
  });

  test('are checked: a planted forbidden import and planted cycles are found', () => {
    const upwards = source('model/planted.ts', "import { pause } from '../runtime/clock.ts';");
    expect(forbiddenImports([...files, upwards])).toEqual(['model/planted.ts -> runtime/clock.ts']);
    const cycle = [
      source('runtime/a.ts', "import type { B } from './b.ts';"),
      source('runtime/b.ts', "export * from './c.ts';"),
      source('runtime/c.ts', "const load = () => import('./a.ts');"),
    ];
    expect(cyclesIn(importGraph([...files, ...cycle]))).toEqual([['runtime/a.ts', 'runtime/b.ts', 'runtime/c.ts']]);
    const back = source('config/planted.ts', "import { parseFlags } from '../cli/flags/flags.ts';");
    expect(cyclesIn(importGraph([...files, back]))).toEqual([]);
    expect(cyclesIn(partGraph([...files, back]))).not.toEqual([]);
  });
});

describe('the pure part', () => {
  const pure = files.filter(({ path }) => PURE.includes(partOf(path) ?? ''));

  test('imports no package and no node: module', () => {
    const packages = pure.flatMap(({ path, imports }) =>
      imports.filter(specifier => !specifier.startsWith('.')).map(specifier => `${path} imports ${specifier}`),
    );
    expect(packages).toEqual([]);
  });

  test('keeps no state in modules', () => {
    const state =
      /^(?:export )?(?:let|var) .*|^(?:export )?const \w+(?:: [^=]+)? = new (?:Weak)?(?:Map|Set)(?:<.*>)?\(\);?$/gm;
    expect(pure.flatMap(({ path, text }) => (text.match(state) ?? []).map(line => `${path}: ${line}`))).toEqual([]);
  });

  test('type-checks without the types of Node', () => {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.pure.json'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});

describe('the UI client', () => {
  const byPath = new Map(files.map(file => [file.path, file]));
  const reached = new Set(files.filter(({ path }) => partOf(path) === 'ui/client'));
  for (const file of reached) {
    for (const specifier of file.imports.filter(imported => imported.startsWith('.'))) {
      const target = byPath.get(targetOf(file, specifier));
      if (target) reached.add(target);
    }
  }

  test('reaches only packages that run in a browser', () => {
    const packages = [...reached].flatMap(file => file.imports.filter(specifier => !specifier.startsWith('.')));
    expect([...new Set(packages)].sort()).toEqual(['d3-shape', 'preact', 'preact/hooks']);
  });

  test('evaluates with the rules themselves', () => {
    expect([...reached].map(file => file.path)).toContain('rules/index.ts');
  });

  test('never inserts text as markup', () => {
    const markup = /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|\beval\b/;
    expect([...reached].filter(file => markup.test(file.text)).map(file => file.path)).toEqual([]);
  });
});

test('no file has a vague name', () => {
  const vague = /^(utils?|helpers?|common|misc|shared)\.ts$/;
  const all = ['src', 'test', 'scripts'].flatMap(folder =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(path => join(folder, path)),
  );
  expect(all.filter(path => vague.test(basename(path)))).toEqual([]);
});

test('the checks see the imports of src', () => {
  expect(files.length).toBeGreaterThan(50);
  const index = files.find(file => file.path === 'rules/index.ts');
  expect(index?.imports).toContain('./rule.ts');
  expect(files.find(file => file.path === 'cli/commands.ts')?.imports).toContain('./check.ts');
});
