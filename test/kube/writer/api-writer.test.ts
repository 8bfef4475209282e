import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { Credentials } from '../../../src/kube/client/credentials.ts';
import { ApiWriter, isConflict } from '../../../src/kube/writer/api-writer.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { writeKubeconfig } from '../client.ts';
import { type Call, FakeApiServer, sendJson, sendStatus } from '../fake-api-server.ts';

const SIGNAL = new AbortController().signal;
const SECRETS = '/api/v1/namespaces/zonewise/secrets';

async function writerTo(answer: (call: Call, body: string) => true) {
  const server = await new FakeApiServer().start();
  onTestFinished(() => server.stop());
  const seen: string[] = [];
  server.scripts.push(call => {
    text(call.request).then(body => {
      const { method = '', headers } = call.request;
      seen.push([method, call.path, headers['content-type'] ?? '', body].filter(part => part !== '').join(' '));
      answer(call, body);
    });
    return true;
  });
  const dates: string[] = [];
  const credentials = new Credentials({ path: writeKubeconfig(server.url, '{token: t}') }, new FakeClock());
  const api = new ApiWriter(credentials, date => dates.push(date));
  onTestFinished(() => api.close());
  return { api, seen, dates };
}

test("creates and replaces objects as JSON, and returns the server's version", async () => {
  const { api, seen, dates } = await writerTo(({ response }, body) => sendJson(response, { got: body.length }));
  expect(await api.create(SECRETS, { a: 1 }, SIGNAL)).toEqual({ got: 7 });
  expect(await api.replace(`${SECRETS}/x`, { a: 'ü' }, SIGNAL)).toEqual({ got: 9 });
  expect(seen).toEqual([`POST ${SECRETS} application/json {"a":1}`, `PUT ${SECRETS}/x application/json {"a":"ü"}`]);
  expect(dates.map(date => Number.isNaN(Date.parse(date)))).toEqual([false, false]);
});

test('reads a missing object as null; a forbidden read is an error', async () => {
  let status = 404;
  const { api } = await writerTo(({ response }) =>
    sendStatus(response, status, status === 404 ? 'NotFound' : 'Forbidden'),
  );
  expect(await api.read(`${SECRETS}/x`, SIGNAL)).toBeNull();
  status = 403;
  await expect(api.read(`${SECRETS}/x`, SIGNAL)).rejects.toMatchObject({ status: 403, reason: 'Forbidden' });
});

test('distinguishes a conflict from other errors', async () => {
  let status = 409;
  const { api } = await writerTo(({ response }) => sendStatus(response, status, 'Conflict'));
  const refused = () => api.replace(`${SECRETS}/x`, {}, SIGNAL).catch(error => isConflict(error));
  expect(await refused()).toBe(true);
  status = 422;
  expect(await refused()).toBe(false);
});
