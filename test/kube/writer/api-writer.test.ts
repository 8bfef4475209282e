import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { apiStatusError } from '../../../src/kube/client/api-client.ts';
import { Credentials } from '../../../src/kube/client/credentials.ts';
import { ApiWriter, isConflict, isRejection } from '../../../src/kube/writer/api-writer.ts';
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

test('deletes an object, and accepts that it is missing', async () => {
  let status = 200;
  const { api, seen } = await writerTo(({ response }) =>
    status === 200 ? sendJson(response, { kind: 'Status' }) : sendStatus(response, status, 'NotFound'),
  );
  await api.delete(`${SECRETS}/x`, SIGNAL);
  expect(seen).toEqual([`DELETE ${SECRETS}/x`]);
  status = 404;
  await api.delete(`${SECRETS}/x`, SIGNAL);
  status = 403;
  await expect(api.delete(`${SECRETS}/x`, SIGNAL)).rejects.toMatchObject({ status: 403 });
});

test('lists metadata page by page, without the content of the objects', async () => {
  const requested: string[] = [];
  const { api } = await writerTo(({ request, query, response }) => {
    requested.push(`${query} ${request.headers.accept}`);
    const isFirst = !query.has('continue');
    const metadata = { namespace: isFirst ? 'a' : 'b', name: 'x', resourceVersion: isFirst ? '1' : '2', labels: {} };
    return sendJson(response, { metadata: isFirst ? { continue: 'more/1' } : {}, items: [{ metadata }] });
  });
  const listed = [];
  for await (const one of api.listMetadata('/apis/x/v1/xs', { fieldSelector: 'metadata.name=x' }, SIGNAL)) {
    listed.push(one);
  }
  expect(listed).toEqual([
    { namespace: 'a', name: 'x', resourceVersion: '1' },
    { namespace: 'b', name: 'x', resourceVersion: '2' },
  ]);
  const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
  expect(requested).toEqual([
    `fieldSelector=metadata.name%3Dx&limit=500 ${accept}`,
    `fieldSelector=metadata.name%3Dx&limit=500&continue=more%2F1 ${accept}`,
  ]);
});

test('distinguishes rejections from errors that a repetition may solve', () => {
  const status = (code: number) => isRejection(apiStatusError({}, { status: code }));
  expect([401, 408, 429, 500, 503].map(status)).toEqual([false, false, false, false, false]);
  expect([400, 403, 404, 409, 422].map(status)).toEqual([true, true, true, true, true]);
  expect(isRejection(new Error('connection reset'))).toBe(false);
});
