import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { pino } from 'pino';
import { Agent, request } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { selfSignedCertificate } from '../../src/serving/self-signed-certificate.ts';
import type { ServerOptions } from '../../src/webhook/server.ts';
import { startWebhookServer } from '../../src/webhook/server.ts';
import type { LogLine } from './harness.ts';
import { reviewEnvironment, reviewOf } from './harness.ts';

const tls = await selfSignedCertificate(Date.now());
const options: ServerOptions = {
  environment: reviewEnvironment(),
  log: pino({ level: 'silent' }),
  tls,
  host: '127.0.0.1',
  port: 0,
  opsPort: 0,
  readiness: () => ({ ready: true, waitingFor: [] }),
};

test('both ports are served: reviews over TLS with a loopback certificate, the state as plain text', async () => {
  const server = await startWebhookServer(options);
  const agent = new Agent({ connect: { ca: tls.cert } });
  for (const host of ['127.0.0.1', 'localhost']) {
    const answer = await post(`https://${host}:${server.webhookPort}/validate?timeout=2s`, agent);
    expect(answer).toMatchObject({ response: { allowed: true, warnings: [expect.any(String)] } });
  }
  expect((await fetch(`http://127.0.0.1:${server.opsPort}/readyz`)).status).toBe(200);
  await agent.close();
  await server.close();
  await expect(fetch(`http://127.0.0.1:${server.opsPort}/readyz`)).rejects.toThrow();
});

test('missed deadlines are counted in the log', async () => {
  const lines: LogLine[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line) as LogLine) });
  const server = await startWebhookServer({ ...options, log });
  const agent = new Agent({ connect: { ca: tls.cert } });
  for (let i = 0; i < 2; i++) await post(`https://127.0.0.1:${server.webhookPort}/validate?timeout=0s`, agent);
  expect(lines).toMatchObject([{ tooLate: 1 }, { tooLate: 2 }]);
  await agent.close();
  await server.close();
});

test.each(['port', 'opsPort'] as const)('if %s is taken, the other port is released', async which => {
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const free = await freePort();
  const ports = { port: free, opsPort: free, [which]: (taken.address() as AddressInfo).port };
  await expect(startWebhookServer({ ...options, ...ports })).rejects.toThrow(/EADDRINUSE/);
  const again = createServer().listen(free, '127.0.0.1');
  onTestFinished(() => void again.close());
  await once(again, 'listening');
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

async function post(url: string, dispatcher: Agent): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const answer = await request(url, { dispatcher, method: 'POST', headers, body: JSON.stringify(reviewOf()) });
  return answer.body.json();
}
