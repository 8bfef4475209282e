import { describe, expect, onTestFinished, test } from 'vitest';
import { PodLookup } from '../../../src/cluster/live/pod-lookup.ts';
import { connectTo } from '../../kube/client.ts';
import { FakeApiServer, type Script, sendJson, sendStatus } from '../../kube/fake-api-server.ts';
import { pod } from '../../kube/objects.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';

const onePod: Script = ({ response }) => sendJson(response, { metadata: {}, items: [pod('cart-0', { app: 'cart' })] });
/** Accepts the request and never answers. */
const silent: Script = ({ path }) => path.endsWith('/pods');

async function lookUp(script: Script) {
  const server = await new FakeApiServer().start();
  onTestFinished(() => server.stop());
  server.scripts.push(script);
  const clock = new FakeClock();
  const client = connectTo(server.url, clock);
  // A first request also loads the client, which is not measured here.
  await client.json('/warm-up').catch(() => {});
  server.calls.length = 0;
  return { server, clock, pods: new PodLookup(client, clock) };
}

describe('a Pod lookup', () => {
  test('is one list by selector, from the cache of the API server', async () => {
    const { server, pods } = await lookUp(onePod);
    const result = await pods.find('shop', { tier: '', app: 'cart' });
    expect(result).toMatchObject({ kind: 'pods', pods: [{ name: 'cart-0', nodeName: 'n1', phase: 'Running' }] });
    expect(server.calls.map(({ path }) => path)).toEqual(['/api/v1/namespaces/shop/pods']);
    expect(Object.fromEntries(server.calls[0]?.query ?? [])).toEqual({
      labelSelector: 'app=cart,tier=',
      resourceVersion: '0',
    });
  });

  test('returns no Pods for an empty selector, without a request', async () => {
    const { server, pods } = await lookUp(onePod);
    expect(await pods.find('shop', {})).toEqual({ kind: 'pods', pods: [] });
    expect(server.calls).toHaveLength(0);
  });

  test('times out after 300 ms and aborts the request', async () => {
    let closed = false;
    const { server, clock, pods } = await lookUp(({ path, response }) => {
      response.on('close', () => {
        closed = true;
      });
      return path.endsWith('/pods') ? true : sendJson(response, {});
    });
    closed = false;
    const result = pods.find('shop', { app: 'cart' });
    await until('the request', () => server.calls.length === 1);
    await clock.passTimer(300, 300);
    expect(await result).toEqual({ kind: 'gave-up', reason: 'timeout', why: 'the pod list took longer than 300 ms' });
    await until('the request is aborted', () => closed);
  });

  test('stops above 8 MiB, without reading the rest', async () => {
    const chunk = `"${'x'.repeat(1024 * 1024)}",`;
    let sent = 0;
    const { pods } = await lookUp(({ path, response }) => {
      if (!path.endsWith('/pods')) return sendJson(response, {});
      const more = () => {
        sent++;
        if (!response.destroyed && sent < 64) response.write(chunk, more);
      };
      response.writeHead(200).write('{"items":[{"a":[', more);
      return true;
    });
    expect(await pods.find('shop', { app: 'cart' })).toEqual({
      kind: 'gave-up',
      reason: 'size',
      why: 'the pod list exceeds 8 MiB',
    });
    expect(sent).toBeLessThan(64);
  });

  test('fails if the server answers an error or invalid JSON', async () => {
    const { pods } = await lookUp(({ path, response }) => {
      if (path.includes('/shop/')) return sendStatus(response, 403, 'Forbidden');
      response.end('{"items":[{]');
      return true;
    });
    const [refused, rubbish] = [await pods.find('shop', { a: 'b' }), await pods.find('other', { a: 'b' })];
    expect(refused).toEqual({
      kind: 'gave-up',
      reason: 'forbidden',
      why: 'API server answered 403: Forbidden by script',
    });
    expect(rubbish).toMatchObject({ kind: 'gave-up' });
  });

  test('waits for one of eight slots until its time is over', async () => {
    const { server, clock, pods } = await lookUp(silent);
    const eight = Array.from({ length: 8 }, (_, i) => pods.find(`ns-${i}`, { app: 'cart' }));
    await until('eight requests', () => server.calls.length === 8);
    clock.advance(100);
    const ninth = pods.find('ns-8', { app: 'cart' });
    clock.advance(200);
    for (const result of eight) expect(await result).toMatchObject({ reason: 'timeout' });
    await until('the ninth', () => server.calls.length === 9);
    clock.advance(100);
    expect(await ninth).toMatchObject({ reason: 'timeout' });
  });

  test('of one namespace takes two slots at most, so others need not wait', async () => {
    const { server, clock, pods } = await lookUp(silent);
    const many = Array.from({ length: 10 }, (_, i) => pods.find('greedy', { n: `${i}` }));
    const other = pods.find('shop', { app: 'cart' });
    await until('three requests', () => server.calls.length === 3);
    expect(server.calls.map(({ path }) => path.split('/')[4]).sort()).toEqual(['greedy', 'greedy', 'shop']);
    clock.advance(300);
    expect(await other).toMatchObject({ reason: 'timeout' });
    const results = (await Promise.all(many)).map(result => (result.kind === 'pods' ? 'pods' : result.reason));
    expect(results.filter(reason => reason === 'timeout')).toHaveLength(2);
    expect(results.filter(reason => reason === 'concurrency')).toHaveLength(8);
  });

  test('of a dry run uses up no other budget', async () => {
    const { pods } = await lookUp(onePod);
    const results: string[] = [];
    for (let i = 0; i < 25; i++) results.push((await pods.find('shop', { n: `${i}` }, { dryRun: true })).kind);
    expect(results.filter(kind => kind === 'pods')).toHaveLength(5);
    expect(await pods.find('shop', { app: 'cart' })).toMatchObject({ kind: 'pods' });
  });

  test('has its budget again a second later, also if the wall clock was set back', async () => {
    const { clock, pods } = await lookUp(onePod);
    for (let i = 0; i < 10; i++) await pods.find('shop', { n: `${i}` });
    expect(await pods.find('shop', { n: 'last' })).toMatchObject({ reason: 'rate' });
    clock.wallOffsetMs = -300_000;
    clock.advance(1_000);
    expect(await pods.find('shop', { n: 'last' })).toMatchObject({ kind: 'pods' });
  });

  test('refuses a selector that would not fit into a URL', async () => {
    const { server, pods } = await lookUp(onePod);
    const selector = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`label-${i}`, 'x'.repeat(63)]));
    expect(await pods.find('shop', selector)).toMatchObject({ reason: 'size' });
    expect(server.calls).toHaveLength(0);
  });

  test('is limited per namespace: a burst of ten, then five per second', async () => {
    const { clock, pods } = await lookUp(onePod);
    const kinds = async (namespace: string, count: number) => {
      const seen: string[] = [];
      for (let i = 0; i < count; i++) seen.push((await pods.find(namespace, { n: `${clock.now()}-${i}` })).kind);
      return seen.filter(kind => kind === 'pods').length;
    };
    expect(await kinds('shop', 12)).toBe(10);
    expect(await pods.find('shop', { app: 'new' })).toEqual({
      kind: 'gave-up',
      reason: 'rate',
      why: 'more than 5 pod lists per second in namespace shop',
    });
    expect(await kinds('other', 1)).toBe(1);
    clock.advance(1_000);
    expect(await kinds('shop', 7)).toBe(5);
  });

  test('is cached for five seconds, by namespace and selector', async () => {
    const { server, clock, pods } = await lookUp(onePod);
    const first = await pods.find('shop', { a: '1', b: '2' });
    clock.advance(4_999);
    expect(await pods.find('shop', { b: '2', a: '1' })).toBe(first);
    expect(server.calls).toHaveLength(1);
    await pods.find('shop', { a: '1' });
    await pods.find('other', { a: '1', b: '2' });
    expect(server.calls).toHaveLength(3);
    clock.advance(1);
    await pods.find('shop', { a: '1', b: '2' });
    expect(server.calls).toHaveLength(4);
  });

  test('is shared by concurrent callers, and a failure is not cached', async () => {
    const { server, clock, pods } = await lookUp(silent);
    const both = [pods.find('shop', { app: 'cart' }), pods.find('shop', { app: 'cart' })];
    await until('the request', () => server.calls.length === 1);
    clock.advance(300);
    for (const result of both) expect(await result).toMatchObject({ kind: 'gave-up' });
    server.scripts.unshift(onePod);
    expect(await pods.find('shop', { app: 'cart' })).toMatchObject({ kind: 'pods' });
    expect(server.calls).toHaveLength(2);
  });
});
