import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { announceSkipped, findAssets } from '../e2e/assets.ts';
import { runChild } from '../e2e/children.ts';
import { expectCheck, expectPage, type Program, zonewise } from './main-job.ts';
import { cloneCheckout, ENV, succeed, systemProgram, writeWarned } from './site.ts';

const NPM = systemProgram('npm');
const OLD_NODE = await findOldNode();
const kubectl = await findAssets(['kubectl']);
if (NPM === null) announceSkipped('the packed npm package (test/release/npm-package.test.ts)', 'no npm on the PATH');
if (OLD_NODE === null) announceSkipped('the npm package on an old Node', 'no Node before 24 on the PATH');
if (kubectl.kind === 'missing') announceSkipped('the npm package as a kubectl plugin', kubectl.why);

interface OldNode {
  readonly path: string;
  readonly version: string;
}

/** The system's Node, if it is too old for zonewise. */
async function findOldNode(): Promise<OldNode | null> {
  const path = systemProgram('node');
  if (path === null) return null;
  const version = (await runChild(path, ['-p', 'process.versions.node'])).stdout.trim();
  return Number.parseInt(version, 10) < 24 ? { path, version } : null;
}

describe.skipIf(NPM === null)('the packed npm package, installed into an empty folder', () => {
  const files: string[] = [];
  let folder = '';
  let bin = '';
  const installed = (name: string): Program => ({ command: join(bin, name), cwd: folder });

  beforeAll(async () => {
    const clone = cloneCheckout();
    folder = writeWarned(mkdtempSync(join(tmpdir(), 'zonewise-empty-')));
    bin = join(folder, 'node_modules/.bin');
    try {
      const packed = await succeed('npm', ['pack', '--json', '--pack-destination', folder], clone.folder);
      const [{ filename, files: contents }] = JSON.parse(packed.slice(packed.indexOf('[\n')));
      files.push(...contents.map(({ path }: { path: string }) => path));
      const quick = ['--prefer-offline', '--no-audit', '--no-fund'];
      await succeed('npm', ['install', join(folder, filename), ...quick], folder);
    } finally {
      clone.remove();
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('contains the program, the page and the sample, and no sources, tests or development packages', () => {
    const top = new Set(files.map(path => path.split('/')[0]));
    expect([...top].sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'dist', 'package.json', 'sample']);
    expect(files).toEqual(expect.arrayContaining(['dist/main.js', 'dist/page/index.html', 'sample/cluster.yaml']));
    expect(files.filter(path => /\.tsx?$|test/.test(path))).toEqual([]);
    const packages = readdirSync(join(folder, 'node_modules'));
    expect(Object.keys(packageJson.devDependencies).filter(name => packages.includes(name))).toEqual([]);
  });

  test('checks a manifest with npx', async () => {
    await expectCheck({ command: 'npx', args: ['--no-install', 'zonewise'], cwd: folder });
  });

  test('serves the page with `zonewise ui`', async () => {
    await expectPage(installed('zonewise'));
  });

  test('reviews the sample with `zonewise demo`, and knows its version', async () => {
    const { code, stdout } = await zonewise(installed('zonewise'), 'demo');
    expect([code, stdout.match(/^Warning: /gm)?.length]).toEqual([0, 6]);
    expect((await zonewise(installed('zonewise'), 'version')).stdout).toBe(`zonewise ${packageJson.version}\n`);
  });

  test.skipIf(kubectl.kind === 'missing')('is a kubectl plugin with completion', async () => {
    if (kubectl.kind === 'missing') return;
    const command = kubectl.assets.path('kubectl');
    const env = { PATH: [bin, ENV['PATH']].join(delimiter) };
    await expectCheck({ command, args: ['zonewise'], cwd: folder, env });
    const { stdout } = await zonewise({ command, cwd: folder, env }, '__complete', 'zonewise', 'exp');
    expect(stdout).toBe('explain\n:4\n');
  });

  test.skipIf(OLD_NODE === null).each(['zonewise', 'kubectl-zonewise'])(
    'says in one line which Node %s needs',
    async name => {
      const { path, version } = OLD_NODE ?? { path: '', version: '' };
      const env = { PATH: [dirname(path), '/usr/bin', '/bin'].join(delimiter) };
      expect(await zonewise({ ...installed(name), env }, 'check', 'web.yaml')).toEqual({
        code: 2,
        stdout: '',
        stderr: `zonewise needs Node 24 or later; this is Node ${version} (${path})\n`,
      });
    },
  );
});
