import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { file, folder, ROOT } from './terminal.ts';

const web =
  'kind: Service\nmetadata: { name: web }\nspec: { ports: [{ port: 80 }], trafficDistribution: PreferClose }\n';

const UNKEPT = { NODE_DISABLE_COMPILE_CACHE: '1' };

/** Runs `zonewise ARGS` in a new process. Returns the loaded modules: packages by name, files of zonewise from src. */
function modulesOf(args: readonly string[], env: Readonly<Record<string, string>> = UNKEPT): readonly string[] {
  const IMPORTS_FILE = join(folder({}), 'imports.json');
  const preload = join(import.meta.dirname, 'record-imports.ts');
  execFileSync(process.execPath, ['--import', preload, join(ROOT, 'src/main.ts'), ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...env, IMPORTS_FILE },
  });
  const urls: string[] = JSON.parse(readFileSync(IMPORTS_FILE, 'utf8'));
  return urls.map(url => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? url.replace(/^.*\/src\//, ''));
}

describe('check of a file without a cluster', () => {
  test('loads no module of the API client, the servers or the logger', () => {
    const loaded = modulesOf(['check', file(web)]);
    const packages = new Set(loaded.filter(name => !name.endsWith('.ts') && !name.startsWith('node:')));
    expect([...packages].filter(name => !['ajv', 'yaml'].includes(name)).sort()).toEqual([
      // Dependencies of Ajv.
      'fast-deep-equal',
      'fast-uri',
      'json-schema-traverse',
    ]);
    expect(
      loaded.filter(name =>
        /^(serving|webhook|ui|controller|kube\/(?!client\/errors)|cluster\/live|defaults)\//.test(name),
      ),
    ).toEqual([]);
    expect(loaded.filter(name => ['node:http', 'node:https', 'node:net', 'node:tls'].includes(name))).toEqual([]);
  });

  test('loads only its own command and the requested report', () => {
    const loaded = modulesOf(['check', file(web)]);
    expect(loaded).toContain('cli/check.ts');
    expect(
      loaded.filter(name => /^cli\/(serve|audit|explain|rules|check\/fix|demo|controller|completion)/.test(name)),
    ).toEqual([]);
    expect(loaded.filter(name => /^report\/(sarif|junit|explain)/.test(name))).toEqual([]);
  });
});

describe('compiled modules', () => {
  test('are kept in the user\u2019s cache folder for the next run', () => {
    const caches = folder({});
    modulesOf(['version'], { XDG_CACHE_HOME: caches });
    expect(existsSync(join(caches, 'zonewise/compiled'))).toBe(true);
  });

  test("are not kept if Node's variables forbid it or name another folder, or no folder is writable", () => {
    const [caches, other] = [folder({}), folder({})];
    modulesOf(['version'], { ...UNKEPT, XDG_CACHE_HOME: caches });
    modulesOf(['version'], { XDG_CACHE_HOME: caches, NODE_COMPILE_CACHE: other });
    expect(existsSync(join(caches, 'zonewise'))).toBe(false);
    expect(() => modulesOf(['version'], { HOME: '/dev/null' })).not.toThrow();
    expect(() => modulesOf(['version'], {})).not.toThrow();
  });
});
