import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize, sep } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const PURE = ['model', 'topology', 'rules', 'defaults', 'engine'];
/** Above the pure part: errors for people, the version that is printed, who may ask on loopback. */
const EVERYWHERE = ['errors.ts', 'version.ts', 'loopback.ts'];
const CONFIG = ['config.ts', 'config-schema.ts', 'config-error.ts', 'config-file.ts', 'config-policy.ts'];

/** What each folder of src, and each file beside them, may import besides itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  model: [],
  topology: ['model'],
  rules: ['model', 'topology'],
  defaults: ['model', 'topology'],
  engine: ['model', 'topology', 'rules', 'defaults'],
  'errors.ts': [],
  'version.ts': [],
  'loopback.ts': ['errors.ts'],
  'config.ts': [...PURE, ...EVERYWHERE, ...CONFIG],
  'config-schema.ts': [...PURE, ...EVERYWHERE],
  'config-error.ts': [...PURE, ...EVERYWHERE],
  'config-policy.ts': [...PURE, ...EVERYWHERE],
  'config-file.ts': [...EVERYWHERE, ...CONFIG],
  cluster: ['model', 'topology', ...EVERYWHERE],
  admission: [...PURE, ...EVERYWHERE],
  report: [...PURE, ...EVERYWHERE],
  // Runs in a browser: nothing beneath it may need more than that.
  page: [...PURE, 'report'],
  server: [...PURE, 'cluster', 'admission', 'report', 'page', ...EVERYWHERE, ...CONFIG],
  controller: [...PURE, 'cluster', 'admission', 'report', ...EVERYWHERE, ...CONFIG],
  cli: [...PURE, 'cluster', 'admission', 'report', 'page', 'server', 'controller', ...EVERYWHERE, ...CONFIG],
  'main.ts': ['report', 'cli', ...EVERYWHERE],
};

interface SourceFile {
  /** From src: `rules/index.ts`. */
  readonly path: string;
  readonly part: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const IMPORT = /^\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

function readSource(path: string): SourceFile {
  const text = readFileSync(join(ROOT, 'src', path), 'utf8');
  const imports = [...text.matchAll(IMPORT)].map(match => match[1] ?? match[2] ?? match[3] ?? '');
  return { path, part: partOf(path), text, imports };
}

function partOf(path: string): string {
  return path.split(sep)[0] ?? '';
}

function targetOf(file: SourceFile, specifier: string): string {
  return partOf(normalize(join(dirname(file.path), specifier)));
}

const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(path => /\.tsx?$/.test(path))
  .sort()
  .map(readSource);

test('every part of src has its place in the allow-list', () => {
  expect([...new Set(files.map(file => file.part))].filter(part => !(part in ALLOWED))).toEqual([]);
});

describe.each(Object.entries(ALLOWED))('src/%s', (part, allowed) => {
  const own = files.filter(file => file.part === part);
  test(`imports nothing but ${allowed.join(', ') || 'itself'}`, () => {
    const foreign = own.flatMap(file =>
      file.imports
        .filter(specifier => specifier.startsWith('.'))
        .filter(specifier => ![part, ...allowed].includes(targetOf(file, specifier)))
        .map(specifier => `${file.path} imports ${specifier}`),
    );
    expect(foreign).toEqual([]);
  });
});

describe('the pure part', () => {
  const pure = files.filter(file => PURE.includes(file.part));

  test('imports no package and no node: module', () => {
    const packages = pure.flatMap(({ path, imports }) =>
      imports.filter(specifier => !specifier.startsWith('.')).map(specifier => `${path} imports ${specifier}`),
    );
    expect(packages).toEqual([]);
  });

  test('keeps no state in its modules', () => {
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

describe('the page', () => {
  const byPath = new Map(files.map(file => [file.path, file]));
  const reached = new Set(files.filter(file => file.part === 'page'));
  for (const file of reached) {
    for (const specifier of file.imports.filter(imported => imported.startsWith('.'))) {
      const target = byPath.get(normalize(join(dirname(file.path), specifier)));
      if (target) reached.add(target);
    }
  }

  test('reaches nothing that a browser has not', () => {
    const packages = [...reached].flatMap(file => file.imports.filter(specifier => !specifier.startsWith('.')));
    expect([...new Set(packages)].sort()).toEqual(['d3-shape', 'preact', 'preact/hooks']);
  });

  test('judges by the rules themselves', () => {
    expect([...reached].map(file => file.path)).toContain(join('rules', 'index.ts'));
  });

  test('never hands text to the browser as markup', () => {
    const markup = /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|\beval\b/;
    expect([...reached].filter(file => markup.test(file.text)).map(file => file.path)).toEqual([]);
  });
});

test('no file is called after nothing in particular', () => {
  const vague = /^(utils?|helpers?|common|misc|shared)\.ts$/;
  const all = ['src', 'test', 'scripts'].flatMap(folder =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(path => join(folder, path)),
  );
  expect(all.filter(path => vague.test(basename(path)))).toEqual([]);
});

test('the check sees the imports that it judges', () => {
  expect(files.length).toBeGreaterThan(50);
  const index = files.find(file => file.path === join('rules', 'index.ts'));
  expect(index?.imports).toContain('./rule.ts');
  expect(files.find(file => file.path === 'main.ts')?.imports).toContain('./cli/check.ts');
});
