import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Credentials } from '../../../src/kube/client/credentials.ts';
import { KubeconfigError } from '../../../src/kube/client/errors.ts';
import { loadKubeconfig } from '../../../src/kube/client/kubeconfig.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { temporaryFolder, writeKubeconfig } from '../client.ts';

afterEach(() => vi.unstubAllEnvs());

async function failure(attempt: Promise<unknown>): Promise<KubeconfigError> {
  const error: unknown = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof KubeconfigError)) throw new Error(`no KubeconfigError but ${error}`);
  return error;
}

/** Headers of a request to the API server. */
async function headersFor(path: string) {
  const credentials = new Credentials({ path }, systemClock());
  const { connection } = await credentials.current();
  await credentials.close();
  return connection.headers;
}

/** Writes a credential plugin beside its kubeconfig; it prints the content of the token file. */
function writePlugin(token: string): { path: string; tokenFile: string } {
  const exec = '{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/plugin, interactiveMode: Never}}';
  const path = writeKubeconfig('https://127.0.0.1:1', exec);
  mkdirSync(join(path, '..', 'bin'));
  const plugin = join(path, '..', 'bin', 'plugin');
  const tokenFile = join(path, '..', 'bin', 'secret');
  writeFileSync(tokenFile, token);
  const script = `#!${process.execPath}
const { apiVersion, kind } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
const token = require('node:fs').readFileSync(${JSON.stringify(tokenFile)}, 'utf8');
console.log(JSON.stringify({ apiVersion, kind, status: { token } }));
`;
  writeFileSync(plugin, script);
  chmodSync(plugin, 0o755);
  return { path, tokenFile };
}

describe('a kubeconfig', () => {
  test('that does not exist is reported by name', async () => {
    const { code, message } = await failure(loadKubeconfig({ path: '/nowhere/config' }));
    expect({ code, message }).toEqual({
      code: 'kubeconfig-missing',
      message: 'kubeconfig /nowhere/config does not exist',
    });
  });

  test('that is not found is an error that names the tried paths', async () => {
    vi.stubEnv('KUBECONFIG', '');
    vi.stubEnv('HOME', '/nowhere');
    vi.stubEnv('KUBERNETES_SERVICE_HOST', '');
    const { code, message } = await failure(loadKubeconfig({}));
    expect(code).toBe('kubeconfig-missing');
    expect(message).toContain(join('/nowhere', '.kube', 'config'));
  });

  test('that is not YAML, or not a kubeconfig, is rejected with the reason', async () => {
    const path = join(temporaryFolder(), 'config');
    // The text of the file, which may contain a token, is not quoted.
    writeFileSync(path, 'users: x\ntoken: secret: more\n');
    const { code, message } = await failure(loadKubeconfig({ path }));
    expect(code).toBe('kubeconfig-unreadable');
    expect(message).toMatch(/^kubeconfig \S+: not YAML at line 2: [^\n]*$/);
    expect(message).not.toContain('secret');
    for (const text of ['', 'null', '5', '[]', 'words']) {
      writeFileSync(path, text);
      expect((await failure(loadKubeconfig({ path }))).message).toBe(
        `kubeconfig ${path}: it is not a kubeconfig; expected a mapping with clusters, users and contexts`,
      );
    }
    rmSync(path);
    mkdirSync(path);
    expect((await failure(loadKubeconfig({ path }))).message).toBe(`kubeconfig ${path}: is a folder; expected a file`);
  });

  test.each(['not a url', 'ftp://127.0.0.1', '10.0.0.1:6443'])('with the server %j is rejected', async url => {
    const path = writeKubeconfig(url);
    expect(await failure(loadKubeconfig({ path }))).toMatchObject({
      code: 'context-unknown',
      message: `server "${url}" of cluster "c" is not a URL (${path}); expected one such as https://10.0.0.1:6443`,
    });
  });

  test('without the requested context is rejected with the available ones', async () => {
    const path = writeKubeconfig('https://127.0.0.1:1');
    const { code, message } = await failure(loadKubeconfig({ path, context: 'other' }));
    expect(code).toBe('context-unknown');
    expect(message).toBe(`the kubeconfig has no context "other"; it has: ctx (${path})`);
  });

  test('is merged from all files of KUBECONFIG: the first definition of a name wins, missing files are skipped', async () => {
    const first = writeKubeconfig('https://first:1');
    const second = writeKubeconfig('https://second:1');
    const third = join(temporaryFolder(), 'third');
    writeFileSync(third, 'contexts: [{name: more, context: {cluster: c, user: u}}]\ncurrent-context: more\n');
    vi.stubEnv('KUBECONFIG', [first, '/nowhere', second, third].join(delimiter));
    const { config } = await loadKubeconfig({});
    expect(config.getCurrentContext()).toBe('ctx');
    expect(config.getCurrentCluster()?.server).toBe('https://first:1');
    expect((await loadKubeconfig({ context: 'more' })).config.getCurrentCluster()?.server).toBe('https://first:1');
  });
});

describe('credentials', () => {
  test('come from a token file beside the kubeconfig, which wins over a token, without its newline', async () => {
    const path = writeKubeconfig('https://127.0.0.1:1', '{token: old, tokenFile: ./secret/token}');
    mkdirSync(join(path, '..', 'secret'));
    writeFileSync(join(path, '..', 'secret', 'token'), 'from-file\n');
    expect((await headersFor(path)).authorization).toBe('Bearer from-file');
  });

  test('come from user name and password', async () => {
    const path = writeKubeconfig('https://127.0.0.1:1', '{username: ann, password: secret}');
    expect((await headersFor(path)).authorization).toBe(`Basic ${btoa('ann:secret')}`);
  });

  test('come from a plugin, which is found beside the kubeconfig and gets the protocol', async () => {
    expect((await headersFor(writePlugin('from-plugin').path)).authorization).toBe('Bearer from-plugin');
  });

  test('are refreshed after a 401, once for all failed requests', async () => {
    const { path, tokenFile } = writePlugin('first');
    const credentials = new Credentials({ path }, systemClock());
    const refused = await credentials.current();
    writeFileSync(tokenFile, 'second');
    expect(await credentials.current()).toBe(refused);
    const [renewed, other] = await Promise.all([credentials.refresh(refused), credentials.refresh(refused)]);
    expect(renewed.connection.headers.authorization).toBe('Bearer second');
    expect(other).toBe(renewed);
    writeFileSync(tokenFile, 'third');
    expect(await credentials.refresh(refused)).toBe(renewed);
    expect(renewed.dispatcher).toBe(refused.dispatcher);
    await credentials.close();
  });

  test('of a missing plugin are an error that names it', async () => {
    const path = writeKubeconfig('https://127.0.0.1:1', '{exec: {command: /nowhere/plugin}}');
    const { code, message, cause } = await failure(headersFor(path));
    expect(code).toBe('exec-plugin-failed');
    expect(message).toContain('credential plugin /nowhere/plugin');
    expect(cause).toMatchObject({ code: 'ENOENT' });
  });

  test('of a missing file are an error that names it', async () => {
    const path = writeKubeconfig('https://127.0.0.1:1', '{}', 'certificate-authority: gone.crt');
    const { code, message } = await failure(headersFor(path));
    expect(code).toBe('credentials-unreadable');
    expect(message).toContain('gone.crt');
    const withPlugin = writeKubeconfig(
      'https://127.0.0.1:1',
      '{exec: {command: cat}}',
      'certificate-authority: gone.crt',
    );
    expect((await failure(headersFor(withPlugin))).message).toMatch(
      /^certificate-authority of the kubeconfig: \S+gone\.crt: no such file/,
    );
  });
});

test('a server without TLS is rejected with the field, unless TLS is not verified', async () => {
  const { code, message } = await failure(
    headersFor(writeKubeconfig('http://127.0.0.1:1', '{}', 'insecure-skip-tls-verify: false')),
  );
  expect(code).toBe('connection-unsupported');
  expect(message).toBe(
    'server "http://127.0.0.1:1" of cluster "c" is not encrypted; expected https://, or insecure-skip-tls-verify: true',
  );
});
