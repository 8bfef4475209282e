import { describe, expect, test } from 'vitest';
import { recorded, reviewOf, webhook } from './harness.ts';

const GOOD = recorded('06-validate-create-agent.json');
const { uid: _, ...WITHOUT_UID } = GOOD.request;

describe.each(['/validate', '/mutate'])('%s', path => {
  test.each([
    ['text that is not JSON', 400, 'not-json', '{"apiVersion":'],
    ['an empty body', 400, 'not-json', ''],
    ['null', 422, 'not-an-admission-review', 'null'],
    ['a number', 422, 'not-an-admission-review', '42'],
    ['a string', 422, 'not-an-admission-review', '"review"'],
    ['an empty list', 422, 'not-an-admission-review', '[]'],
    ['a list of reviews', 422, 'not-an-admission-review', JSON.stringify([GOOD])],
    ['an empty object', 422, 'not-an-admission-review', '{}'],
    ['a bare Service', 422, 'not-an-admission-review', JSON.stringify(GOOD.request.object)],
    ['v1beta1', 422, 'not-an-admission-review', JSON.stringify({ ...GOOD, apiVersion: 'admission.k8s.io/v1beta1' })],
    ['another kind', 422, 'not-an-admission-review', JSON.stringify({ ...GOOD, kind: 'TokenReview' })],
    ['a null request', 422, 'not-an-admission-review', JSON.stringify({ ...GOOD, request: null })],
    ['a list as request', 422, 'not-an-admission-review', JSON.stringify({ ...GOOD, request: [] })],
    ['no uid', 422, 'not-an-admission-review', JSON.stringify({ ...GOOD, request: WITHOUT_UID })],
    ['an empty uid', 422, 'not-an-admission-review', JSON.stringify(reviewOf({ request: { uid: '' } }))],
    ['a list as object', 422, 'not-an-admission-review', requestWith({ object: [] })],
    ['a string as oldObject', 422, 'not-an-admission-review', requestWith({ oldObject: 'x' })],
    ['an unknown operation', 422, 'not-an-admission-review', requestWith({ operation: 'PATCH' })],
  ])('%s is answered %i %s', async (_what, status, error, body) => {
    const { send } = await webhook();
    const reply = await send(path, body);
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.text)).toMatchObject({ error, message: expect.stringMatching(/\w{3}/) });
  });

  test('a body of another type is answered 415 with the expected type', async () => {
    const { app } = await webhook();
    for (const type of ['text/plain', 'application/yaml', 'application/x-www-form-urlencoded', undefined]) {
      const headers = type ? { 'content-type': type } : {};
      const reply = await app.inject({ method: 'POST', url: path, headers, payload: Buffer.from('{}') });
      expect([type, reply.statusCode]).toEqual([type, 415]);
      expect(reply.json()).toMatchObject({
        error: 'wrong-content-type',
        message: expect.stringContaining('expected application/json'),
      });
    }
  });

  test('the content type may contain a character set', async () => {
    const { app } = await webhook();
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    expect((await app.inject({ method: 'POST', url: path, headers, payload: GOOD })).statusCode).toBe(200);
  });

  test('a large body is answered as a small one', async () => {
    const { send } = await webhook();
    const fill = 'x'.repeat(6 << 20);
    expect((await send(path, reviewOf({ metadata: { annotations: { fill } } }))).status).toBe(200);
    expect((await send(path, `{"fill":"${fill}"`)).status).toBe(400);
    expect((await send(path, `{"fill":"${fill}"}`)).status).toBe(422);
  });

  test('deep nesting is skipped, and refused in what is read', async () => {
    const { send } = await webhook();
    const deep = (place: string) => {
      const levels = 1_000_000;
      return JSON.stringify(GOOD).replace(place, `${place}${'['.repeat(levels)}${']'.repeat(levels)},`);
    };
    expect((await send(path, deep('"metadata":{').replace('"metadata":{[', '"metadata":{"x":['))).status).toBe(200);
    const refused = await send(path, deep('"spec":{').replace('"spec":{[', '"spec":{"externalIPs":['));
    expect([refused.status, JSON.parse(refused.text)]).toMatchObject([
      400,
      { message: expect.stringContaining('nested deeper than 64 levels') },
    ]);
  });
});

test('a 422 lists every invalid field', async () => {
  const { send } = await webhook();
  const { text } = await send('/validate', { ...GOOD, apiVersion: 'admission.k8s.io/v1beta1', request: WITHOUT_UID });
  expect(JSON.parse(text).problems).toEqual([
    'apiVersion must be equal to constant "admission.k8s.io/v1"',
    "request must have required property 'uid'",
  ]);
});

test.each([
  ['GET', '/validate'],
  ['POST', '/'],
  ['POST', '/validate/x'],
  ['PUT', '/mutate'],
] as const)('%s %s is answered 404 and told what there is', async (method, url) => {
  const { app } = await webhook();
  const reply = await app.inject({ method, url });
  expect(reply.statusCode).toBe(404);
  expect(reply.json()).toMatchObject({ error: 'not-found', message: expect.stringContaining('POST /validate') });
});

test('keys with a meaning in JavaScript are data', async () => {
  const { send } = await webhook();
  const evil = '"__proto__": {"polluted": "yes"}, "constructor": {"prototype": {"polluted": "yes"}}, "toString": 1';
  const places = ['"request": {', '"object": {', '"metadata": {', '"spec": {', '"annotations": {', '"selector": {'];
  for (const place of places) {
    const body = JSON.stringify(GOOD).replaceAll(place.replace(' ', ''), `${place} ${evil}, `);
    expect(body, place).toContain('polluted');
    expect((await send('/validate', body)).status, place).toBe(200);
  }
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  const { answer } = await send('/validate', GOOD);
  expect(answer.response.warnings, 'the next review is judged as ever').toHaveLength(1);
});

function requestWith(over: object): string {
  return JSON.stringify({ ...GOOD, request: { ...GOOD.request, ...over } });
}
