import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
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

/** Headers that the API server would get. */
async function headersFor(path: string) {
  const credentials = new Credentials({ path }, systemClock());
  const { connection } = await credentials.current();
  await credentials.close();
  return connection.headers;
}

/** A credential plugin beside its kubeconfig, which tells whatever stands in the file. */
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
  it('that does not exist is named', async () => {
    const { code, message } = await failure(loadKubeconfig({ path: '/nowhere/config' }));
    expect({ code, message }).toEqual({
      code: 'kubeconfig-missing',
      message: 'kubeconfig /nowhere/config does not exist',
    });
  });

  it('that nobody can find is an error that says where it was looked for', async () => {
    vi.stubEnv('KUBECONFIG', '');
    vi.stubEnv('HOME', '/nowhere');
    vi.stubEnv('KUBERNETES_SERVICE_HOST', '');
    const { code, message } = await failure(loadKubeconfig({}));
    expect(code).toBe('kubeconfig-missing');
    expect(message).toContain(join('/nowhere', '.kube', 'config'));
  });

  it('that is no YAML, or something else, is refused with the reason', async () => {
    const path = join(temporaryFolder(), 'config');
    writeFileSync(path, 'a: [1,\n');
    expect(await failure(loadKubeconfig({ path }))).toMatchObject({ code: 'kubeconfig-unreadable' });
    writeFileSync(path, '');
    expect((await failure(loadKubeconfig({ path }))).message).toBe(`kubeconfig ${path}: this is no kubeconfig`);
  });

  it('without the context asked for is refused with those it has', async () => {
    const path = writeKubeconfig('https://127.0.0.1:1');
    const { code, message } = await failure(loadKubeconfig({ path, context: 'other' }));
    expect(code).toBe('context-unknown');
    expect(message).toBe(`the kubeconfig has no context "other"; it has: ctx (${path})`);
  });

  it('is merged from all files of KUBECONFIG: the first to name something wins, missing files are passed over', async () => {
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
  it('come from a token file beside the kubeconfig, which wins over a token, without its newline', async () => {
    const path = writeKubeconfig('https://127.0.0.1:1', '{token: old, tokenFile: ./secret/token}');
    mkdirSync(join(path, '..', 'secret'));
    writeFileSync(join(path, '..', 'secret', 'token'), 'from-file\n');
    expect((await headersFor(path)).authorization).toBe('Bearer from-file');
  });

  it('come from name and password', async () => {
    const path = writeKubeconfig('https://127.0.0.1:1', '{username: ann, password: secret}');
    expect((await headersFor(path)).authorization).toBe(`Basic ${btoa('ann:secret')}`);
  });

  it('come from a plugin, which is found beside the kubeconfig and told the protocol', async () => {
    expect((await headersFor(writePlugin('from-plugin').path)).authorization).toBe('Bearer from-plugin');
  });

  it('that the server refused are asked for again, once for all who were refused', async () => {
    const { path, tokenFile } = writePlugin('first');
    const credentials = new Credentials({ path }, systemClock());
    const refused = await credentials.current();
    writeFileSync(tokenFile, 'second');
    expect(await credentials.current()).toBe(refused);
    const [renewed, other] = await Promise.all([credentials.renew(refused), credentials.renew(refused)]);
    expect(renewed.connection.headers.authorization).toBe('Bearer second');
    expect(other).toBe(renewed);
    writeFileSync(tokenFile, 'third');
    expect(await credentials.renew(refused)).toBe(renewed);
    expect(renewed.dispatcher).toBe(refused.dispatcher);
    await credentials.close();
  });

  it('of a plugin that is not there are an error that names it', async () => {
    const path = writeKubeconfig('https://127.0.0.1:1', '{exec: {command: /nowhere/plugin}}');
    const { code, message, cause } = await failure(headersFor(path));
    expect(code).toBe('exec-plugin-failed');
    expect(message).toContain('credential plugin /nowhere/plugin');
    expect(cause).toMatchObject({ code: 'ENOENT' });
  });

  it('of a file that is not there are an error that names it', async () => {
    const path = writeKubeconfig('https://127.0.0.1:1', '{}', 'certificate-authority: gone.crt');
    const { code, message } = await failure(headersFor(path));
    expect(code).toBe('credentials-unreadable');
    expect(message).toContain('gone.crt');
  });
});
