import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { folder, ROOT } from '../cli/terminal.ts';

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly language: string;
  readonly files: string;
  readonly require_serial: boolean;
}

const [hook, ...others]: readonly Hook[] = parse(readFileSync(join(ROOT, '.pre-commit-hooks.yaml'), 'utf8'));

/**
 * Runs the hook like pre-commit does for scripts: the entry from the hook's checkout, in the user's repository, with
 * files as arguments.
 */
function runHook(files: Readonly<Record<string, string>>, path = dirname(process.execPath), args = Object.keys(files)) {
  return spawnSync(join(ROOT, hook?.entry ?? ''), args, {
    cwd: folder(files),
    encoding: 'utf8',
    env: { PATH: [path, '/usr/bin', '/bin'].join(delimiter) },
  });
}

const refused = 'kind: Service\nmetadata: { name: edge }\nspec:\n  externalTrafficPolicy: Local\n';
const noManifests = {
  'values.yaml': 'replicas: 3\n',
  'kustomization.yaml': 'kind: Kustomization\n',
  'l.yaml': '- 1\n',
};

test('defines one hook for YAML files, which runs as one process', () => {
  expect(others).toEqual([]);
  expect(hook).toMatchObject({ id: 'zonewise', language: 'script', require_serial: true });
  const names = ['deploy/web.yaml', 'a.yml', 'web.json', 'yaml'];
  expect(names.filter(name => new RegExp(hook?.files ?? '').test(name))).toEqual(['deploy/web.yaml', 'a.yml']);
});

test('evaluates the given files and skips those that are not manifests', () => {
  const bad = runHook({ ...noManifests, 'edge.yaml': refused });
  expect(bad).toMatchObject({ status: 1, stderr: '' });
  expect(bad.stdout).toContain('edge.yaml:4 deny default/edge: ');
  expect(runHook(noManifests)).toMatchObject({ status: 0, stdout: 'no Services checked: nothing to report\n' });
});

test('reports a Node that is too old or missing', () => {
  const old = folder({ node: '#!/bin/sh\nexit 1\n' });
  spawnSync('chmod', ['+x', join(old, 'node')]);
  expect(runHook({ 'edge.yaml': refused }, old)).toMatchObject({
    status: 2,
    stderr: 'zonewise needs Node 24 or later on the PATH\n',
  });
});

test('runs with the configuration in docs/ci.md', () => {
  const [text = ''] =
    /(?<=```yaml\n)# \.pre-commit-config\.yaml\n[\s\S]*?(?=```)/.exec(readFileSync(join(ROOT, 'docs/ci.md'), 'utf8')) ??
    [];
  const { repos } = parse(text) as { repos: { hooks: { id: string; files: string; args: string[] }[] }[] };
  const sample = repos[0]?.hooks[0];
  expect(sample?.id).toBe(hook?.id);
  const files = {
    'deploy/web.yaml': 'kind: Service\nmetadata: { name: web }\n',
    'cluster.yaml': 'kind: Node\nmetadata: { name: n1 }\n',
  };
  const chosen = Object.keys(files).filter(name => new RegExp(sample?.files ?? '').test(name));
  expect(chosen).toEqual(['deploy/web.yaml']);
  const run = runHook(files, dirname(process.execPath), [...(sample?.args ?? []), ...chosen]);
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect(run.stdout).toContain('1 Service checked: nothing to report');
});
