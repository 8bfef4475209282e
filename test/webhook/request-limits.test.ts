import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { CAPACITY, MAX_BODY_BYTES } from '../../src/serving/limits.ts';
import type { KeyPair } from '../../src/serving/self-signed-certificate.ts';
import { selfSignedCertificate } from '../../src/serving/self-signed-certificate.ts';
import { LargeBodyBudget } from '../../src/webhook/request-limits.ts';
import { open, post } from '../serving/connection.ts';
import { heldPods, running } from '../serving/server.ts';
import { allTold, reviewEnvironment, reviewOf, webhook } from './harness.ts';

let tls: KeyPair;
beforeAll(async () => {
  tls = await selfSignedCertificate(Date.now());
});

const MEBIBYTE = 1024 * 1024;
const OVERRIDDEN = 'topology-mode-overrides-traffic-distribution';
const sized = (bytes: number) => JSON.stringify(reviewOf({ metadata: { annotations: { fill: 'x'.repeat(bytes) } } }));

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
  test('7 MiB and more are answered 413 over TLS, and the server continues', async () => {
    const server = await running({ tls });
    const connection = await open(server.webhookPort, tls.cert);
    expect((await connection.request(post('x'.repeat(MAX_BODY_BYTES + 1)))).status).toBe(413);
    expect((await (await open(server.webhookPort, tls.cert)).request(post(sized(6 * MEBIBYTE)))).status).toBe(200);
    expect(await server.metric('zonewise_requests_refused_total{reason="too-large"}')).toBe(1);
  });

  test('large ones share a budget; above it they are rejected until it is released, small ones never', async () => {
    const capacity = { ...CAPACITY, largeBodyBytes: 10_000, maxLargeBodyBytes: 100_000 };
    const server = await running({ tls, capacity });
    const slow = await open(server.webhookPort, tls.cert);
    const large = post(sized(60_000));
    slow.socket.write(large.slice(0, 1_000));
    // Its headers have been read when a later request on another connection is answered.
    expect((await (await open(server.webhookPort, tls.cert)).request()).status).toBe(200);
    const refused = await (await open(server.webhookPort, tls.cert)).request(large);
    expect([refused.status, refused.connection, JSON.parse(refused.body).error]).toEqual([503, 'close', 'busy']);
    expect((await (await open(server.webhookPort, tls.cert)).request()).status).toBe(200);
    expect((await slow.request(large.slice(1_000))).status).toBe(200);
    expect((await (await open(server.webhookPort, tls.cert)).request(large)).status).toBe(200);
    expect(await server.metric('zonewise_requests_refused_total{reason="busy"}')).toBe(1);
  });

  test('a client that disconnects in the middle releases its budget', async () => {
    const capacity = { ...CAPACITY, largeBodyBytes: 10_000, maxLargeBodyBytes: 100_000 };
    const server = await running({ tls, capacity });
    const gone = await open(server.webhookPort, tls.cert);
    const large = post(sized(60_000));
    gone.socket.write(large.slice(0, 1_000));
    expect((await (await open(server.webhookPort, tls.cert)).request()).status).toBe(200);
    gone.socket.destroy();
    await expect.poll(() => server.metric('zonewise_connections')).toBeLessThan(2);
    expect((await (await open(server.webhookPort, tls.cert)).request(large)).status).toBe(200);
  });

  test('one of unknown length counts as the largest, and is released once', () => {
    const budget = new LargeBodyBudget({ ...CAPACITY, maxLargeBodyBytes: 10 * MEBIBYTE });
    const release = budget.reserve(undefined);
    expect(budget.reserve(String(4 * MEBIBYTE))).toBeNull();
    expect(budget.reserve('100')).not.toBeNull();
    release?.();
    release?.();
    const both = [budget.reserve(undefined), budget.reserve(String(3 * MEBIBYTE))];
    expect(both.every(taken => taken !== null)).toBe(true);
    expect(budget.reserve(String(MEBIBYTE))).toBeNull();
  });
});

describe('connections', () => {
  test('above the limit a new one is closed immediately and counted; open ones continue', async () => {
    const server = await running({ tls, capacity: { ...CAPACITY, connections: 2 } });
    const connections = await Promise.all([1, 2].map(() => open(server.webhookPort, tls.cert)));
    const third = connect(server.webhookPort, '127.0.0.1');
    onTestFinished(() => void third.destroy());
    third.on('error', () => {});
    await once(third.resume(), 'close');
    expect(await server.metric('zonewise_connections_dropped_total')).toBe(1);
    expect(await server.metric('zonewise_connections')).toBe(2);
    expect((await Promise.all(connections.map(({ request: send }) => send()))).map(({ status }) => status)).toEqual([
      200, 200,
    ]);
  });

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
