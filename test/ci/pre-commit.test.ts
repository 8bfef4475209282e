import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { folder, ROOT } from '../cli/terminal.ts';

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly language: string;
  readonly language_version: string;
  readonly files: string;
}

const hooks: readonly Hook[] = parse(readFileSync(join(ROOT, '.pre-commit-hooks.yaml'), 'utf8'));
const { bin, scripts, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** As pre-commit runs it, with the source of the program that npm would install. */
function runHook(files: Readonly<Record<string, string>>) {
  const [program = '', ...args] = hooks[0]?.entry.split(' ') ?? [];
  const source = join(ROOT, bin[program].replace(/^dist\//, 'src/').replace(/\.js$/, '.ts'));
  expect(existsSync(source)).toBe(true);
  return spawnSync(process.execPath, [source, ...args, ...Object.keys(files)], {
    cwd: folder(files),
    encoding: 'utf8',
  });
}

const refused = 'kind: Service\nmetadata: { name: edge }\nspec:\n  externalTrafficPolicy: Local\n';

test('there is one hook, for YAML files, on the Node of this checkout, built when npm installs it from git', () => {
  expect(hooks.map(({ id, language }) => [id, language])).toEqual([['zonewise', 'node']]);
  expect(hooks[0]?.language_version).toBe(devDependencies.node);
  const pattern = new RegExp(hooks[0]?.files ?? '');
  expect(['deploy/web.yaml', 'a.yml', 'web.json', 'yaml'].filter(name => pattern.test(name))).toEqual([
    'deploy/web.yaml',
    'a.yml',
  ]);
  expect(scripts.prepare).toContain('npm run -s build');
});

test('the hook judges the files given and passes over those that are no manifests', () => {
  const others = {
    'values.yaml': 'replicas: 3\n',
    'kustomization.yaml': 'kind: Kustomization\n',
    'list.yaml': '- 1\n',
  };
  const bad = runHook({ ...others, 'edge.yaml': refused });
  expect(bad).toMatchObject({ status: 1, stderr: '' });
  expect(bad.stdout).toContain('edge.yaml:4 deny default/edge: ');
  expect(runHook(others)).toMatchObject({ status: 0, stdout: 'no Services checked: nothing to report\n' });
});
