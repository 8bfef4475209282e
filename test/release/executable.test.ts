import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { announceSkipped } from '../e2e/assets.ts';
import { startCluster, writeKubeconfig } from '../kube/client.ts';
import { sendJson } from '../kube/fake-api-server.ts';
import { PATHS } from '../kube/fake-cluster.ts';
import { node, service, slice } from '../kube/objects.ts';
import { findGoTool } from './go-tools.ts';
import { expectInstalled } from './krew.ts';
import { expectCheck, expectPage, type Program, zonewise } from './main-job.ts';
import { cloneCheckout, succeed, writeWarned } from './site.ts';

const NEEDED = process.platform === 'linux' && process.arch === 'x64';
if (!NEEDED)
  announceSkipped('the single executable (test/release/executable.test.ts)', 'it is tried on Linux x64 only');
const krew = NEEDED ? await findGoTool('krew') : null;
const validator = NEEDED ? await findGoTool('validate-krew-manifest') : null;
if (krew?.kind === 'missing') announceSkipped('the single executable, installed by krew', krew.why);

const CONTENTS = ['LICENSE', 'THIRD-PARTY-LICENSES', 'kubectl-zonewise', 'kubectl_complete-zonewise'];
/** ELF, e_machine. */
const AARCH64 = 183;

describe.skipIf(!NEEDED)('the single executable', () => {
  let folder = '';
  const at = (...names: readonly string[]) => join(folder, 'release', ...names);
  const archive = (architecture: string) => at(`kubectl-zonewise-v${packageJson.version}-linux-${architecture}.tar.gz`);
  const program = (name = 'kubectl-zonewise'): Program => ({ command: at('linux-amd64', name), cwd: folder });

  beforeAll(async () => {
    const clone = cloneCheckout();
    folder = writeWarned(mkdtempSync(join(tmpdir(), 'zonewise-executable-')));
    try {
      await succeed('npm', ['run', '-s', 'build:page'], clone.folder);
      const build = (arch: string) => ['scripts/build-executable.ts', '--arch', arch, '--out', at()];
      for (const arch of ['x64', 'arm64']) await succeed(process.execPath, build(arch), clone.folder);
    } finally {
      clone.remove();
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is packed with the licences of zonewise, Node and all packages, and nothing else', async () => {
    for (const architecture of ['amd64', 'arm64']) {
      const names = (await succeed('tar', ['-tzf', archive(architecture)], folder)).trim().split('\n');
      expect(names).toEqual(CONTENTS);
    }
    const notices = readFileSync(at('linux-amd64/THIRD-PARTY-LICENSES'), 'utf8');
    for (const name of ['Node.js is licensed', 'fastify', 'preact', '@kubernetes/client-node'])
      expect(notices).toContain(name);
  });

  test('checks a manifest without any file beside it, and prints nothing else', async () => {
    await expectCheck(program());
    expect((await zonewise(program(), 'version')).stdout).toBe(`zonewise ${packageJson.version}\n`);
  });

  test('explains, writes SARIF and reviews the sample', async () => {
    const cluster = { ...program(), cwd: join(import.meta.dirname, '../..') };
    const explained = await zonewise(cluster, 'explain', 'monitoring/otel-agent', '--topology', 'sample/cluster.yaml');
    expect([explained.code, explained.stdout, explained.stderr]).toEqual([
      0,
      expect.stringContaining('zone-a, 3 endpoints'),
      '',
    ]);
    const sarif = await zonewise(program(), 'check', 'web.yaml', '-o', 'sarif');
    expect(JSON.parse(sarif.stdout).runs[0].results).toHaveLength(1);
    const demo = await zonewise(program(), 'demo');
    expect([demo.code, demo.stdout.match(/^Warning: /gm)?.length, demo.stderr]).toEqual([0, 6, '']);
  });

  test('serves the page that it contains', async () => {
    await expectPage(program());
  });

  test('reads a cluster by its kubeconfig', async () => {
    const cluster = await startCluster();
    cluster.server.scripts.unshift(({ path, response }) =>
      path === '/version' ? sendJson(response, { gitVersion: 'v1.35.1' }) : undefined,
    );
    for (const name of ['n1', 'n2']) cluster.set(PATHS.nodes, node(name, 'zone-a'));
    cluster.set(PATHS.services, service('shop', 'web'));
    cluster.set(PATHS.slices, slice('shop', 'web', { on: ['n1'] }));
    const { code, stdout, stderr } = await zonewise(
      program(),
      'audit',
      '--kubeconfig',
      writeKubeconfig(cluster.server.url),
    );
    expect([code, stdout, stderr]).toEqual([0, expect.stringMatching(/^1 Service checked/m), '']);
  });

  test('completes, also for kubectl', async () => {
    const { stdout } = await zonewise(program('kubectl_complete-zonewise'), 'exp');
    expect(stdout).toBe('explain\n:4\n');
  });

  test('is built for arm64, too', () => {
    const path = at('linux-arm64/kubectl-zonewise');
    expect([headerOf(path).subarray(0, 4).toString('latin1'), headerOf(path).readUInt16LE(18)]).toEqual([
      '\u007fELF',
      AARCH64,
    ]);
    expect(statSync(path).mode & 0o777).toBe(0o755);
    const text = readFileSync(path);
    for (const part of ['NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1', 'trafficDistribution']) {
      expect(text.includes(part), part).toBe(true);
    }
  });

  test.skipIf(krew?.kind !== 'ready')('is installed by krew from its manifest and archive', async () => {
    if (krew?.kind !== 'ready' || validator?.kind !== 'ready') return;
    const script = join(import.meta.dirname, '../../scripts/executable/krew-manifest.ts');
    const args = [script, '--repository', 'example/zonewise', at()];
    const manifest = await succeed(process.execPath, args, folder);
    await expectInstalled({ manifest, krew: krew.path, validator: validator.path, archive: archive('amd64'), folder });
  });
});

function headerOf(path: string): Buffer {
  const file = openSync(path, 'r');
  const header = Buffer.alloc(64);
  readSync(file, header, 0, header.length, 0);
  closeSync(file);
  return header;
}
