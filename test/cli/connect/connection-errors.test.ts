import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { audit } from '../../../src/cli/audit.ts';
import { check } from '../../../src/cli/check.ts';
import { permanentConnectionError } from '../../../src/cli/connect/connection-errors.ts';
import { explain } from '../../../src/cli/explain.ts';
import { InputError } from '../../../src/runtime/errors.ts';
import { createAuthority } from '../../kube/certificates.ts';
import { startCluster, writeKubeconfig } from '../../kube/client.ts';
import { FakeApiServer, sendJson, sendStatus } from '../../kube/fake-api-server.ts';
import { type FakeCluster, line, PATHS } from '../../kube/fake-cluster.ts';
import { node, service, slice } from '../../kube/objects.ts';
import { file, run } from '../terminal.ts';

/** The error of audit for an unreadable cluster. */
async function complaint(url: string, cluster?: string): Promise<string> {
  const error = await run(audit, ['--kubeconfig', writeKubeconfig(url, '{}', cluster)]).catch(cause => cause);
  expect(error).toBeInstanceOf(InputError);
  return error.message;
}

/** A cluster with /version, a node in zone-a, a Service and its slice. */
async function small(): Promise<FakeCluster> {
  const fake = await startCluster();
  fake.server.scripts.unshift(({ path, response }) =>
    path === '/version' ? sendJson(response, { gitVersion: 'v1.36.0' }) : undefined,
  );
  fake.set(PATHS.nodes, node('n1', 'zone-a'));
  fake.set(PATHS.services, service('shop', 'web'));
  fake.set(PATHS.slices, slice('shop', 'web', { on: ['n1'] }));
  return fake;
}

describe('reports an unreadable cluster immediately, with its address, the cause and advice', () => {
  test('connection refused', async () => {
    const { server } = await startCluster();
    await server.stop();
    expect(await complaint(server.url)).toBe(
      `cannot reach the cluster at ${server.url} (context ctx): connection refused (ECONNREFUSED); is the cluster running, and on this port?`,
    );
  });

  test.each([
    ['ENOTFOUND', /: its name is not known \(ENOTFOUND\); check the name, DNS and VPN$/],
    ['ETIMEDOUT', /: no route, or no answer \(ETIMEDOUT\); check VPN and firewall$/],
    ['UND_ERR_CONNECT_TIMEOUT', /: no route, or no answer/],
    ['CERT_HAS_EXPIRED', /: its certificate is not valid now \(CERT_HAS_EXPIRED\)/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /: its certificate is for another name/],
    ['ECONNRESET', /: the connection was cut \(ECONNRESET\); check proxy and firewall$/],
  ])('%s, at any depth of the error of undici', (code, message) => {
    const context = { name: 'ctx', namespace: 'default', server: 'https://cluster:6443', all: [] };
    const bare = Object.assign(new Error('failed'), { code });
    const wrapped = new TypeError('fetch failed', { cause: new AggregateError([bare]) });
    for (const error of [bare, wrapped]) {
      expect(permanentConnectionError(error, context)?.message).toMatch(message);
      expect(permanentConnectionError(error, context)?.message).toContain('https://cluster:6443 (context ctx)');
    }
    expect(permanentConnectionError(new Error('a fault'), context)).toBeNull();
  });

  test('the certificate is of another CA', async () => {
    const [ours, theirs] = await Promise.all([createAuthority(), createAuthority()]);
    const server = await new FakeApiServer(await theirs.issue('server')).start();
    onTestFinished(() => server.stop());
    const message = await complaint(server.url, `certificate-authority-data: ${btoa(ours.cert)}`);
    expect(message).toMatch(
      /its certificate is not of the CA that the kubeconfig names \(\w+\); check certificate-authority$/,
    );
  });

  test('a server without TLS', async () => {
    const plain = createServer(socket => socket.end('HTTP/1.0 400 Bad Request\r\n\r\n'));
    await new Promise<void>(resolve => plain.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void plain.close());
    const { port } = plain.address() as { port: number };
    expect(await complaint(`https://127.0.0.1:${port}`)).toMatch(/TLS failed|the connection was cut/);
  });

  test.each([
    [401, /does not know these credentials \(401\); log in again, or give --context$/],
    [403, /forbids even \/version \(403\); zonewise reads: it needs list and watch on Nodes/],
    [404, /does not answer as an API server does \(404\); check server in the kubeconfig$/],
  ])('status %d', async (code, message) => {
    const { server } = await startCluster();
    server.scripts.unshift(({ response }) => sendStatus(response, code, 'Refused'));
    expect(await complaint(server.url)).toMatch(message);
  });

  test('another kind of server', async () => {
    const { server } = await startCluster();
    server.scripts.unshift(({ response }) => Boolean(response.end('<html>Welcome</html>')));
    expect(await complaint(server.url)).toMatch(
      /does not answer as an API server does; check server in the kubeconfig$/,
    );
  });

  test('missing permissions', async () => {
    const fake = await small();
    fake.server.scripts.unshift(({ path, response }) =>
      path === PATHS.slices ? sendStatus(response, 403, 'Forbidden') : undefined,
    );
    expect(await complaint(fake.server.url)).toMatch(
      /refuses: endpointslices: API server answered 403: Forbidden by script; zonewise reads: it needs list and watch/,
    );
  });
});

test('waits for a server that is overloaded at first', async () => {
  const fake = await small();
  let rejections = 0;
  fake.server.scripts.unshift(({ path, response }) =>
    path === '/version' && ++rejections <= 1 ? sendStatus(response, 503, 'ServiceUnavailable') : undefined,
  );
  const { out } = await run(audit, ['--kubeconfig', writeKubeconfig(fake.server.url)]);
  expect(out).toMatch(/1 Service checked/);
});

test('shows the progress of a long list on a terminal until the result is printed', async () => {
  const fake = await small();
  let release = (): void => {};
  fake.server.scripts.unshift(({ path, query, response }) => {
    if (path !== PATHS.slices || query.get('watch') !== 'true') return undefined;
    const object = slice('shop', 'web', { on: ['n1'] });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(line('ADDED', object));
    release = () => {
      const annotations = { 'k8s.io/initial-events-end': 'true' };
      response.write(line('BOOKMARK', { metadata: { resourceVersion: '200', annotations } }));
    };
    return true;
  });
  const drawn: string[] = [];
  const screen = {
    columns: 200,
    write(text: string) {
      drawn.push(text);
      if (text.includes('endpointslices 1...')) release();
    },
  };
  const { out } = await run(audit, ['--kubeconfig', writeKubeconfig(fake.server.url)], { screen });
  expect(out).toMatch(/1 Service checked/);
  expect(drawn).toContain(
    `\r\u001b[Kreading ${fake.server.url}: nodes 1, services 1, endpointslices 1..., namespaces 0`,
  );
  expect(drawn.at(-1)).toBe('\r\u001b[K');
});

describe('flags of kubectl', () => {
  const kubeconfig = (url: string) =>
    file(
      `apiVersion: v1
kind: Config
clusters: [{ name: c, cluster: { server: "${url}", insecure-skip-tls-verify: true } }, { name: away, cluster: { server: "https://127.0.0.1:1" } }]
users: [{ name: u, user: {} }]
contexts:
  - { name: away, context: { cluster: away, user: u } }
  - { name: shop, context: { cluster: c, user: u, namespace: shop } }
  - { name: plain, context: { cluster: c, user: u } }
current-context: away
`,
      'kubeconfig',
    );

  test('--context selects the cluster, and the namespace of names without one', async () => {
    const { server } = await small();
    const live = ['--kubeconfig', kubeconfig(server.url), '--context'];
    expect((await run(explain, ['web', ...live, 'shop'])).out).toMatch(/^shop\/web /m);
    expect((await run(explain, ['web', ...live, 'plain', '-n', 'shop'])).out).toMatch(/^shop\/web /m);
    await expect(run(explain, ['web', ...live, 'plain'])).rejects.toThrow(
      'no Service default/web in this cluster; there is shop/web',
    );
    await expect(run(explain, ['shop/web', ...live.slice(0, 2)])).rejects.toThrow('(context away): connection refused');
    await expect(run(audit, [...live, 'other'])).rejects.toThrow(/no context "other"; it has: away, shop, plain/);
  });

  test('--namespace restricts audit and explain --all', async () => {
    const fake = await small();
    fake.set(PATHS.services, service('data', 'db'));
    const live = ['--kubeconfig', kubeconfig(fake.server.url), '--context', 'plain'];
    expect((await run(audit, live)).out).toMatch(/2 Services checked/);
    expect((await run(audit, [...live, '-n', 'data'])).out).toMatch(/1 Service checked/);
    expect((await run(explain, ['--all', ...live, '-n', 'data', '-o', 'json'])).out).not.toContain('"web"');
    await expect(run(explain, ['--all', ...live, '-n', 'dat'])).rejects.toThrow(
      'no Service in namespace dat; did you mean data?',
    );
  });

  test('check evaluates objects without a namespace in that of the context', async () => {
    const { server } = await small();
    const manifest = file(
      'kind: Service\nmetadata: { name: web }\nspec: { clusterIP: None, internalTrafficPolicy: Local }\n',
    );
    const live = ['--live', '--kubeconfig', kubeconfig(server.url), '--context'];
    const names = async (...flags: readonly string[]) => {
      const { findings } = JSON.parse((await run(check, [manifest, '-o', 'json', ...flags])).out);
      return new Set(findings.map(({ object }: { object: { namespace: string } }) => object.namespace));
    };
    expect(await names()).toEqual(new Set(['default']));
    expect(await names('-n', 'data')).toEqual(new Set(['data']));
    expect(await names(...live, 'shop')).toEqual(new Set(['shop']));
    expect(await names(...live, 'shop', '-n', 'data')).toEqual(new Set(['data']));
  });

  test.each([
    [check, ['web.yaml', '--context', 'a'], '--context goes with --live'],
    [audit, ['--topology', 'a', '--context', 'b'], '--context and --topology exclude each other'],
    [explain, ['web', '--topology', 'a', '--kubeconfig', 'b'], '--kubeconfig and --topology exclude each other'],
  ])('are rejected without their cluster: $1', async (verb, args, message) => {
    await expect(run(verb, args)).rejects.toThrow(message);
  });
});
