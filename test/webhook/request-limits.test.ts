import { once } from 'node:events';
import { beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import { CAPACITY, MAX_BODY_BYTES } from '../../src/serving/limits.ts';
import type { KeyPair } from '../../src/serving/self-signed-certificate.ts';
import { selfSignedCertificate } from '../../src/serving/self-signed-certificate.ts';
import { open, post } from '../serving/connection.ts';
import { heldPods, running } from '../serving/server.ts';
import { allTold, reviewEnvironment, reviewOf, webhook } from './harness.ts';

let tls: KeyPair;
beforeAll(async () => {
  tls = await selfSignedCertificate(Date.now());
});

const MEBIBYTE = 1024 * 1024;
const OVERRIDDEN = 'topology-mode-overrides-traffic-distribution';

describe('above the number of concurrent reviews', () => {
  const contradictory = JSON.stringify(
    reviewOf({
      spec: { trafficDistribution: 'PreferSameZone', internalTrafficPolicy: 'Cluster' },
      metadata: { annotations: { 'service.kubernetes.io/topology-mode': 'Auto' } },
    }),
  );

  test('a review does not wait; rules without Pods still run, and it is counted', async () => {
    const held = heldPods();
    const server = await running({ tls, capacity: { ...CAPACITY, maxConcurrentReviews: 2 } }, { pods: held.pods });
    const waiting = await Promise.all([1, 2].map(() => open(server.webhookPort, tls.cert)));
    const answers = waiting.map(({ request: send }) => send(post(contradictory)));
    await held.requested(2);
    const third = await (await open(server.webhookPort, tls.cert)).request(post(contradictory));
    expect([third.status, third.body]).toEqual([200, expect.stringContaining(OVERRIDDEN)]);
    expect(await server.metric('zonewise_reviews_hurried_total')).toBe(1);
    held.letGo();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
    // Now a slot is free.
    const fourth = (await open(server.webhookPort, tls.cert)).request(post(contradictory));
    await held.requested(1);
    held.letGo();
    expect((await fourth).status).toBe(200);
    expect(await server.metric('zonewise_reviews_hurried_total')).toBe(1);
  });
});

describe('bodies', () => {
  test('above the largest that an API server sends are answered 413 without being read, and the server continues', async () => {
    const server = await running({ tls });
    const connection = await open(server.webhookPort, tls.cert);
    const head = post('').replace('content-length: 0', `content-length: ${MAX_BODY_BYTES + 1}`);
    expect(await connection.request(head)).toMatchObject({ status: 413, connection: 'close' });
    expect((await (await open(server.webhookPort, tls.cert)).request()).status).toBe(200);
    expect(await server.metric('zonewise_requests_refused_total{reason="too-large"}')).toBe(1);
  });

  test('of unknown length are counted as they arrive', async () => {
    const server = await running({ tls });
    const connection = await open(server.webhookPort, tls.cert);
    const chunk = `100000\r\n${' '.repeat(0x100000)}\r\n`;
    const head = post('').replace('content-length: 0', 'transfer-encoding: chunked');
    const answer = connection.request(head);
    connection.socket.write(`8\r\n{"a":1, \r\n`);
    for (let mebibytes = 0; mebibytes <= MAX_BODY_BYTES / MEBIBYTE; mebibytes++) connection.socket.write(chunk);
    expect(await answer).toMatchObject({ status: 413, connection: 'close' });
  });

  const policy = () => ({
    ...DEFAULT_POLICY,
    rules: { 'unknown-topology-mode': { level: 'deny' as const, options: {} } },
  });
  const wrongMode = { 'service.kubernetes.io/topology-mode': 'auto-ish' };
  const ports = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ name: `p${i}`, protocol: 'TCP', port: i + 1 }));
  const huge = (annotations: object) =>
    reviewOf({
      metadata: { annotations, managedFields: [{ fieldsV1: { 'f:x': '\u0001'.repeat(5 * MEBIBYTE) } }] },
      spec: { ports: ports(60_000) },
    });

  test('of any size do not pass what the Service alone denies', async () => {
    const { send, log } = await webhook({ policy });
    const denied = await send('/validate', huge(wrongMode));
    expect(denied.answer.response).toMatchObject({ allowed: false, status: { code: 403 } });
    // The control: without the mistake the same body is allowed, and the response says that it was not read in full.
    const allowed = await send('/validate', huge({}));
    expect(allowed.answer.response).toMatchObject({
      allowed: true,
      warnings: [expect.stringContaining('not evaluated in full')],
    });
    expect(log.filter(({ msg }) => msg === 'review').map(({ outcome }) => outcome)).toEqual(['evaluated', 'evaluated']);
  });

  test('are read in part if other large bodies take the memory, and what the Service alone denies stays denied', async () => {
    const { send } = await webhook({ policy }, { capacity: { ...CAPACITY, maxBodyMemoryBytes: 0 } });
    // Bodies below and above the size that is stored as a whole.
    const sent = (annotations: object, count = 5_000) =>
      reviewOf({ metadata: { annotations }, spec: { ports: ports(count) } });
    expect((await send('/validate', sent(wrongMode, 1_000))).answer.response.allowed).toBe(false);
    expect((await send('/validate', sent({}, 1_000))).text).toContain('not evaluated in full');
    expect((await send('/validate', sent({}, 100))).text).not.toContain('not evaluated in full');
    expect((await send('/validate', sent(wrongMode))).answer.response.allowed).toBe(false);
    expect((await send('/validate', sent({}))).answer.response).toMatchObject({
      allowed: true,
      warnings: [expect.stringContaining('not evaluated in full')],
    });
  });

  test('what the Service alone denies is denied after the deadline, too', async () => {
    const { send } = await webhook({ policy });
    const sent = (annotations: object) => send('/validate?timeout=0s', reviewOf({ metadata: { annotations } }));
    expect((await sent(wrongMode)).answer.response.allowed).toBe(false);
    expect((await sent({})).answer.response).toEqual(expect.objectContaining({ allowed: true }));
  });

  test('a client that disconnects in the middle releases its memory', async () => {
    const capacity = { ...CAPACITY, largeBodyBytes: 1_000, maxBodyMemoryBytes: 100_000 };
    const server = await running({ tls, capacity });
    const body = JSON.stringify(reviewOf({ spec: { ports: ports(1_500) } }));
    const isRead = async () => {
      const { body: answer } = await (await open(server.webhookPort, tls.cert)).request(post(body));
      return !answer.includes('not evaluated in full');
    };
    expect(await isRead()).toBe(true);
    const gone = await open(server.webhookPort, tls.cert);
    gone.socket.write(post(body).slice(0, -100));
    await expect.poll(isRead).toBe(false);
    gone.socket.destroy();
    await expect.poll(isRead).toBe(true);
    expect(await server.metric('zonewise_reviews_cut_total')).toBeGreaterThan(0);
  });
});

describe('connections', () => {
  test('after the maximum number of requests the response closes the connection', async () => {
    const server = await running({ tls, capacity: { ...CAPACITY, requestsPerConnection: 2 } });
    const connection = await open(server.webhookPort, tls.cert);
    expect(
      [await connection.request(), await connection.request()].map(answer => [answer.status, answer.connection]),
    ).toEqual([
      [200, 'keep-alive'],
      [200, 'close'],
    ]);
  });

  test('a hundred slow ones are closed while reviews are answered', async () => {
    const limits = { keepAliveMs: 100_000, handshakeMs: 10_000, headersMs: 300, requestMs: 300, checkIntervalMs: 20 };
    const server = await running({ tls, limits });
    const slow = await Promise.all(Array.from({ length: 100 }, () => open(server.webhookPort, tls.cert)));
    const dripping = slow.map(({ socket }, i) => {
      const bytes = post();
      let at = 0;
      const timer = setInterval(() => void (socket.writable && socket.write(bytes[at++] ?? '')), 20 + (i % 20));
      socket.once('close', () => clearInterval(timer));
      return new Promise(resolve => socket.resume().once('close', resolve));
    });
    expect((await (await open(server.webhookPort, tls.cert)).request()).status).toBe(200);
    await Promise.all(dripping);
    await expect.poll(() => server.metric('zonewise_connections')).toBeLessThan(2);
  });

  test('headers above 16 KiB are answered 431', async () => {
    const server = await running({ tls });
    const connection = await open(server.webhookPort, tls.cert);
    const fat = post().replace('host: zonewise', `host: zonewise\r\nfat: ${'x'.repeat(CAPACITY.headerBytes)}`);
    connection.socket.write(fat);
    const [answer] = (await once(connection.socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 431 /);
  });
});

describe('the deadline includes the time that a request waited in the event loop', () => {
  test('requests of a burst whose deadline passed are allowed without evaluation; all are answered together', async () => {
    let now = 0;
    // An evaluation takes 600 ms; 850 of the 1000 ms are available.
    const facts = () => {
      now += 600;
      return reviewEnvironment().facts();
    };
    const { app, log } = await webhook({ facts }, { clock: () => now });
    const send = () => app.inject({ method: 'POST', url: '/validate?timeout=1s', payload: reviewOf() });
    await Promise.all([send(), send(), send()]);
    await allTold();
    expect(log.filter(({ msg }) => msg === 'review').map(({ outcome, millis }) => [outcome, millis])).toEqual([
      ['evaluated', 1800],
      ['too-late', 1800],
      ['too-late', 1800],
    ]);
  });
});
