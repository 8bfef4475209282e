import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { KeyPair } from '../../src/serving/self-signed-certificate.ts';
import { selfSignedCertificate } from '../../src/serving/self-signed-certificate.ts';
import { type Connection, open, post, REVIEW } from '../serving/connection.ts';
import { running } from '../serving/server.ts';
import { RECORDED, recorded, webhook } from './harness.ts';

let tls: KeyPair;
beforeAll(async () => {
  tls = await selfSignedCertificate(Date.now());
});

const RUNS = 10_000;
const MEBIBYTE = 1024 * 1024;
const REVIEWS = RECORDED.map(name => JSON.stringify(recorded(name)));

/** Reviews with a part removed, inserted or replaced, any JSON, and any text. */
const bodies = fc.oneof(
  fc
    .tuple(fc.constantFrom(...REVIEWS), fc.nat(), fc.nat(40), fc.string({ maxLength: 20 }))
    .map(([review, at, length, filler]) => {
      const start = at % review.length;
      return review.slice(0, start) + filler + review.slice(start + length);
    }),
  fc.tuple(fc.constantFrom(...REVIEWS), fc.json({ maxDepth: 3 }), fc.nat()).map(([review, json, at]) => {
    const values = [...review.matchAll(/(?<=":)("[^"]*"|\d+|true|false|null|\[\]|\{\})/g)];
    const value = values[at % values.length];
    return value ? review.slice(0, value.index) + json + review.slice(value.index + value[0].length) : json;
  }),
  fc.json(),
  fc.string({ unit: 'binary' }),
);

/** After a garbage collection. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

test('ten thousand malformed bodies cause no exception and no memory growth', { timeout: 60_000 }, async () => {
  const { app } = await webhook();
  const seen = new Map<number, number>();
  const send = async (body: string, path: string) => {
    const headers = { 'content-type': 'application/json' };
    const { statusCode } = await app.inject({ method: 'POST', url: path, headers, payload: body });
    seen.set(statusCode, (seen.get(statusCode) ?? 0) + 1);
    return statusCode;
  };
  const paths = fc.constantFrom('/validate?timeout=2s', '/mutate');
  const answered = fc.asyncProperty(bodies, paths, async (body, path) => {
    expect([200, 400, 422]).toContain(await send(body, path));
  });
  await fc.assert(answered, { numRuns: RUNS / 5 });
  const before = heapUsed();
  await fc.assert(answered, { numRuns: RUNS - RUNS / 5 });
  // This includes the log lines of the test.
  expect((heapUsed() - before) / MEBIBYTE).toBeLessThan(30);
  // Each status occurs, so not all bodies fail in the first step.
  expect(Math.min(...[200, 400, 422].map(status => seen.get(status) ?? 0))).toBeGreaterThan(RUNS / 100);
});

test('arbitrary bytes on a connection get a response or a close, and the next client is served', async () => {
  const server = await running({ tls });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(400), async (bytes, cut) => {
      const connection: Connection = await open(server.webhookPort, tls.cert);
      connection.socket.write(post().slice(0, cut));
      connection.socket.end(bytes);
      await new Promise(resolve => connection.socket.resume().once('close', resolve));
    }),
    { numRuns: 100 },
  );
  expect((await (await open(server.webhookPort, tls.cert)).request(post(REVIEW))).status).toBe(200);
});
