import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Command } from '../../src/cli/command.ts';
import { readTopology } from '../../src/cli/connect/manifest-files.ts';
import { watchManifests } from '../../src/cli/connect/watched-manifests.ts';
import { uiCommand } from '../../src/cli/ui.ts';
import type { ClusterDetail, Overview } from '../../src/ui/api.ts';
import { readAssets } from '../../src/ui/server/assets.ts';
import { node, service, slice } from '../controller/audit/audited-cluster.ts';
import { startCluster, writeKubeconfig } from '../kube/client.ts';
import { sendJson } from '../kube/fake-api-server.ts';
import { PATHS } from '../kube/fake-cluster.ts';
import { node as liveNode } from '../kube/objects.ts';
import { dataPlanes } from '../support/builders.ts';
import { builtPage } from '../ui/server/ui-fixture.ts';
import { file, folder, run } from './terminal.ts';

interface Running {
  readonly out: string;
  err(): string;
  get<T>(path: string): Promise<T>;
  end(): Promise<number>;
}

function verb(stopping = new AbortController()): Command {
  return uiCommand({ page: () => readAssets(builtPage()), stopping: () => stopping.signal });
}

/** Runs `zonewise ui` on any free port until the test ends. */
async function open(args: readonly string[] = [], stdin = ''): Promise<Running> {
  const stopping = new AbortController();
  const printed = Promise.withResolvers<string>();
  let err = '';
  const terminal = {
    stdin: async () => stdin,
    out: printed.resolve,
    err: (text: string) => {
      err += text;
    },
    colour: false,
  };
  const done = verb(stopping).run(['--port', '0', ...args], terminal);
  onTestFinished(async () => {
    stopping.abort();
    await done;
  });
  const out = await Promise.race([printed.promise, done.then(() => '')]);
  const url = /^zonewise page: (http:\/\/localhost:\d+\/)\n$/.exec(out)?.[1] ?? '';
  return {
    out,
    err: () => err,
    get: async <T>(path: string) => (await fetch(url + path)).json() as Promise<T>,
    end: () => {
      stopping.abort();
      return done;
    },
  };
}

/** The rows after the evaluation of every Service. */
async function overview(page: Running): Promise<Overview> {
  await expect.poll(async () => (await page.get<Overview>('api/overview')).complete, { timeout: 15_000 }).toBe(true);
  return page.get<Overview>('api/overview');
}

const names = ({ services }: Overview) => services.map(({ namespace, name }) => `${namespace}/${name}`);
const AGENT = node('a1') + node('a2') + service('agent') + slice('agent', ['a1']);

test('shows the sample without arguments: one URL, Services with findings, lost traffic', async () => {
  const page = await open();
  const shown = await overview(page);
  expect(page.out).toMatch(/^zonewise page: http:\/\/localhost:\d+\/\n$/);
  expect(shown.source).toEqual({ kind: 'sample', name: 'sample/cluster.yaml' });
  expect(shown.services.filter(({ findings }) => findings.length > 0).length).toBeGreaterThan(5);
  expect(shown.services.filter(({ lost }) => lost.internal + lost.external > 0).length).toBeGreaterThan(1);
  expect([await page.end(), page.err()]).toEqual([0, '']);
});

test('shows files and standard input by name, evaluated with the flags', async () => {
  const page = await open(['--topology', '-', '--kubernetes-version', '1.33', '--dataplane', 'ipvs'], AGENT);
  expect((await overview(page)).source).toEqual({ kind: 'files', name: 'standard input' });
  const { facts } = await page.get<ClusterDetail>('api/cluster');
  expect(facts).toMatchObject({ version: { minor: 33 }, dataPlanes: dataPlanes('ipvs') });
});

test('reads a changed file again and notifies the page', async () => {
  const path = file(AGENT, 'cluster.yaml');
  const page = await open(['--topology', path]);
  const before = await overview(page);
  expect([before.source.name, names(before)]).toEqual([path, ['shop/agent']]);
  writeFileSync(path, AGENT + service('web', { spec: '' }));
  await expect.poll(async () => names(await page.get('api/overview')), { timeout: 15_000 }).toContain('shop/web');
  expect((await page.get<Overview>('api/overview')).revision).toBeGreaterThan(before.revision);
});

test('watches a live cluster after its first sync, under its address', async () => {
  const fake = await startCluster();
  fake.set(PATHS.nodes, liveNode('n1', 'zone-a'));
  fake.server.scripts.unshift(({ path, response }) =>
    path === '/version' ? sendJson(response, { gitVersion: 'v1.35.1' }) : undefined,
  );
  const kubeconfig = writeKubeconfig(fake.server.url);
  const page = await open(['--live', '--kubeconfig', kubeconfig, '--dataplane', 'kube-proxy']);
  const before = await overview(page);
  expect(before).toMatchObject({ source: { kind: 'live', name: fake.server.url }, services: [] });
  fake.set(PATHS.nodes, liveNode('n2', 'zone-b'));
  const detail = () => page.get<ClusterDetail>('api/cluster');
  await expect.poll(async () => (await detail()).nodes.length, { timeout: 15_000 }).toBe(2);
  const { revision, facts } = await detail();
  expect(revision).toBeGreaterThan(before.revision);
  expect(facts.version).toEqual({ minor: 35 });
  expect(await page.end()).toBe(0);
});

test('applies the levels of --config', async () => {
  const config = file(
    'apiVersion: zonewise.dev/v1alpha1\nkind: Config\ndataplane: kube-proxy\nrules: { local-policy-uncovered-nodes: deny }\n',
    'zonewise.yaml',
  );
  const page = await open(['--topology', file(AGENT), '--config', config]);
  expect((await overview(page)).services[0]?.findings).toEqual([
    { rule: 'local-policy-uncovered-nodes', level: 'deny' },
  ]);
});

describe('watched files', () => {
  async function followed(files: Readonly<Record<string, string>>) {
    const path = folder(files);
    const problems: unknown[] = [];
    const paths = [path];
    const read = () => readTopology(paths, async () => '');
    const followed = await watchManifests({ paths, read, onProblem: error => void problems.push(error) });
    onTestFinished(() => followed.stop());
    let changes = 0;
    followed.topology.onChange(() => void changes++);
    const services = () => followed.topology.services().map(({ name }) => name);
    const write = (name: string, text: string) => writeFileSync(join(path, name), text);
    return { reload: followed.reload, services, write, problems, changes: () => changes };
  }

  test('includes new files of a folder, and does not notify without a change', async () => {
    const { reload, services, write, changes } = await followed({ 'a.yaml': service('one') });
    await reload();
    expect([services(), changes()]).toEqual([['one'], 0]);
    write('b.yaml', service('two'));
    await reload();
    expect([services(), changes()]).toEqual([['one', 'two'], 1]);
  });

  test('keeps the last usable files while files are broken or empty', async () => {
    const { reload, services, write, problems, changes } = await followed({ 'a.yaml': service('one') });
    for (const text of ['kind: [', '']) {
      write('a.yaml', text);
      await reload();
    }
    expect([services(), changes(), problems.map(String)]).toEqual([['one'], 0, [expect.anything(), expect.anything()]]);
    write('a.yaml', service('mended'));
    await reload();
    expect(services()).toEqual(['mended']);
  });
});

describe('rejects unusable flags before it listens', () => {
  test.each([
    ['an argument', ['shop/web'], /ui takes no argument "shop\/web"/],
    ['an unknown flag', ['--prot', '1'], /Unknown option '--prot'; see zonewise ui --help/],
    ['two clusters', ['--live', '--topology', 'a'], /--live and --topology exclude each other/],
    ['a kubeconfig alone', ['--kubeconfig', 'a'], /--kubeconfig goes with --live/],
    ['a port', ['--port', 'http'], /--port "http" is not a port/],
    ['a missing file', ['--topology', '/no/cluster.yaml'], /^\/no\/cluster.yaml: cannot be read/],
    ['an old version', ['--kubernetes-version', '1.20'], /1.20 is too old/],
    ['a missing kubeconfig', ['--live', '--kubeconfig', '/no/kubeconfig'], /\/no\/kubeconfig/],
    [
      'a missing configuration',
      ['--config', '/no/config.yaml'],
      /^\/no\/config.yaml: the configuration cannot be read: no such file or folder$/,
    ],
  ])('%s', async (_what, args, message) => {
    await expect(run(verb(), args)).rejects.toThrow(message);
    await expect(run(verb(), args)).rejects.toMatchObject({ code: 'unusable-input' });
  });

  test('a page that is not built', async () => {
    const unbuilt = uiCommand({ page: () => readAssets('/no/page'), stopping: () => new AbortController().signal });
    await expect(run(unbuilt, [])).rejects.toThrow('npm run build:page');
  });

  test('a port of another process', async () => {
    const page = await open();
    const port = new URL(page.out.replace('zonewise page: ', '').trim()).port;
    await expect(run(verb(), ['--port', port])).rejects.toThrow(
      `--port ${port}: another process listens on this port; give another one, or 0 for any that is free`,
    );
  });
});
