import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { KeyPair } from '../../src/serving/self-signed-certificate.ts';
import { selfSignedCertificate } from '../../src/serving/self-signed-certificate.ts';
import { open, post } from '../serving/connection.ts';
import { heldPods, running } from '../serving/server.ts';

let tls: KeyPair;
beforeAll(async () => {
  tls = await selfSignedCertificate(Date.now());
});

test('after the signal /readyz fails, /livez succeeds and requests are still served', async () => {
  const server = await running({ tls });
  expect([await server.ops('/readyz'), await server.ops('/livez')]).toEqual([200, 200]);
  server.startDraining();
  expect([await server.ops('/readyz'), await server.ops('/livez'), await server.ops('/metrics')]).toEqual([
    503, 200, 200,
  ]);
  expect((await (await open(server.webhookPort, tls.cert)).request()).status).toBe(200);
});

test('every response then closes its connection, errors too', async () => {
  const server = await running({ tls });
  const [kept, ...others] = await Promise.all([1, 2, 3, 4].map(() => open(server.webhookPort, tls.cert)));
  expect(await kept?.request()).toMatchObject({ status: 200, connection: 'keep-alive' });
  server.startDraining();
  const pending = [
    kept?.request(),
    others[0]?.request(post('nonsense')),
    others[1]?.request(post('{}')),
    others[2]?.request(post('{}', '/x')),
  ];
  expect((await Promise.all(pending)).map(answer => [answer?.status, answer?.connection])).toEqual([
    [200, 'close'],
    [400, 'close'],
    [422, 'close'],
    [404, 'close'],
  ]);
  await Promise.all([kept, ...others].map(connection => connection?.ended()));
});

test('no request is lost: in flight at the signal, later on an idle connection, or in flight at the close', async () => {
  const held = heldPods();
  const server = await running({ tls }, { pods: held.pods });
  const connections = await Promise.all([1, 2, 3, 4].map(() => open(server.webhookPort, tls.cert)));
  const [early, later, last, idle] = connections;
  const answers = [early?.request()];
  await held.requested(1);
  server.startDraining();
  answers.push(later?.request());
  await held.requested(2);
  const closed = server.close();
  answers.push(last?.request());
  await held.requested(3);
  // A connection without a request so far is kept open, too.
  answers.push(idle?.request());
  await held.requested(4);
  held.letGo();
  for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ status: 200, connection: 'close' });
  await closed;
});

test('an idle connection that was used before is closed gracefully', async () => {
  const server = await running({ tls });
  const connection = await open(server.webhookPort, tls.cert);
  await connection.request();
  server.startDraining();
  const closed = server.close();
  await connection.ended();
  await closed;
});

test('a connection without any request delays the close for a second, not for ten', async () => {
  const server = await running({ tls });
  const spare = await open(server.webhookPort, tls.cert);
  const before = performance.now();
  await server.close();
  expect(performance.now() - before).toBeLessThan(9_000);
  await spare.ended();
});

test('the close has a timeout, in the handshake, the body and the evaluation', async () => {
  const held = heldPods();
  const server = await running({ tls }, { pods: held.pods });
  const reviewed = await open(server.webhookPort, tls.cert);
  const slow = await open(server.webhookPort, tls.cert);
  const silent = connect(server.webhookPort, '127.0.0.1');
  onTestFinished(() => void silent.destroy());
  silent.on('error', () => {});
  await once(silent, 'connect');
  const lost = [reviewed.request(), slow.request(post().slice(0, -10))].map(answer =>
    expect(answer).rejects.toThrow(/closed/),
  );
  await held.requested(1);
  await server.close(50);
  await Promise.all(lost);
  await expect(server.ops('/livez')).rejects.toThrow();
});
