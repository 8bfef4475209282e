import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listenForUi } from '../../../src/ui/server/listener.ts';
import { node, service, slice } from '../../controller/audit/audited-cluster.ts';
import { PageLab } from './ui-fixture.ts';

async function listening(lab: PageLab, ports: readonly number[] = [0]) {
  const page = await listenForUi({ host: '127.0.0.1', ports }, lab);
  onTestFinished(() => page.close());
  return page;
}

test('notifies an open page of a change, and the page reads the new state', async () => {
  const lab = new PageLab(node('a1') + node('a2') + service('agent') + slice('agent', ['a1', 'a2']));
  await lab.start();
  const { port, close } = await listening(lab);
  const at = `http://127.0.0.1:${port}`;
  const answer = await fetch(`${at}/api/events`);
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  const reader = (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader.read()).value).toContain(`data: {"revision":${lab.view.revision}}`);
  lab.cluster.apply(slice('agent', ['a1']));
  await lab.pass(2);
  expect((await reader.read()).value).toMatch(/^event: changed\ndata: \{"revision":\d+\}\n\n/);
  const { services } = (await (await fetch(`${at}/api/overview`)).json()) as typeof lab.overview;
  expect(services[0]).toMatchObject({ name: 'agent', lost: { internal: 1 } });
  // The stream is still open and does not delay closing.
  await close();
  await expect(fetch(`${at}/`)).rejects.toThrow();
  await reader.cancel().catch(() => {});
});

test('uses the first free port and rejects if none is free', async () => {
  const lab = new PageLab();
  const { port: taken } = await listening(lab);
  const second = await listening(lab, [taken, 0]);
  expect(second.port).not.toBe(taken);
  await expect(listenForUi({ host: '127.0.0.1', ports: [taken] }, lab)).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

describe('localhost', () => {
  const addresses = Object.values(networkInterfaces()).flatMap(list => list?.map(({ address }) => address) ?? []);
  const hasIPv6 = addresses.includes('::1');
  const status = (host: string, port: number) =>
    new Promise((resolve, reject) => {
      const pending = request({ host, port, path: '/api/overview', headers: { host: `localhost:${port}` } }, answer => {
        answer.resume();
        resolve(answer.statusCode);
      });
      pending.on('error', reject).end();
    });
  const blocked = async (host: string) => {
    const server = createServer().listen(0, host);
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return (server.address() as AddressInfo).port;
  };

  test('is 127.0.0.1 and, on a machine with IPv6, ::1', async () => {
    const page = await listenForUi({ host: 'localhost', ports: [0] }, new PageLab());
    const loopback = ['127.0.0.1', ...(hasIPv6 ? ['::1'] : [])];
    for (const host of loopback) expect(await status(host, page.port), host).toBe(200);
    await page.close();
    for (const host of loopback) await expect(status(host, page.port), host).rejects.toThrow();
  });

  test.runIf(hasIPv6)('uses no port that another process has on one of the two', async () => {
    for (const host of ['127.0.0.1', '::1']) {
      const taken = await blocked(host);
      const lab = new PageLab();
      const page = await listenForUi({ host: 'localhost', ports: [taken, 0] }, lab);
      expect(page.port).not.toBe(taken);
      expect([await status('127.0.0.1', page.port), await status('::1', page.port)]).toEqual([200, 200]);
      await page.close();
      const refused = listenForUi({ host: 'localhost', ports: [taken] }, new PageLab());
      await expect(refused).rejects.toMatchObject({ code: 'EADDRINUSE', port: taken });
    }
  });

  test.runIf(hasIPv6)('closes open streams of both', async () => {
    const page = await listenForUi({ host: 'localhost', ports: [0] }, new PageLab());
    const answer = await fetch(`http://[::1]:${page.port}/api/events`);
    await page.close();
    await expect(answer.text()).rejects.toThrow();
  });
});

test('rejects a request without a Host header, which HTTP/1.0 allows', async () => {
  const { port } = await listening(new PageLab());
  const status = await new Promise(resolve => {
    request({ port, host: '127.0.0.1', path: '/api/overview', setHost: false }, ({ statusCode }) =>
      resolve(statusCode),
    ).end();
  });
  expect([400, 403]).toContain(status);
});
