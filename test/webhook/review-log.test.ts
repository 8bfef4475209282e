import { expect, test } from 'vitest';
import { RECORDED, recorded, reviewOf, webhook } from './harness.ts';

const FIELDS = [
  'allowed',
  'dataPlane',
  'dryRun',
  'millis',
  'name',
  'namespace',
  'operation',
  'outcome',
  'path',
  'resource',
  'rules',
  'skipped',
  'uid',
];

test('every review has exactly one line, with the same fields', async () => {
  const { send, log } = await webhook();
  for (const name of RECORDED) {
    const path = name.includes('-mutate-') ? '/mutate' : '/validate';
    await send(path, recorded(name));
  }
  expect(log).toHaveLength(RECORDED.length);
  for (const [i, line] of log.entries()) {
    const { level, time, pid, hostname, msg, ...fields } = line;
    expect([level, msg]).toEqual([30, 'review']);
    expect(Object.keys(fields).sort()).toEqual(FIELDS);
    expect(fields['uid']).toBe(recorded(RECORDED[i] ?? '').request.uid);
  }
});

test('the line contains user, object, rules and duration', async () => {
  const { send, log } = await webhook();
  await send('/validate?timeout=2s', reviewOf({ request: { dryRun: true } }));
  expect(log).toMatchObject([
    {
      path: '/validate',
      operation: 'CREATE',
      resource: 'services',
      namespace: 'default',
      name: 'agent',
      dryRun: true,
      outcome: 'evaluated',
      allowed: true,
      rules: ['local-policy-uncovered-nodes'],
      skipped: expect.any(Number),
      millis: expect.any(Number),
    },
  ]);
});

test('rejected requests are not logged', async () => {
  const { app, send, log } = await webhook();
  await send('/validate', '{"secret-marker":');
  await send('/validate', { 'secret-marker': 1 });
  await app.inject({ method: 'GET', url: '/secret-marker' });
  expect(log).toEqual([]);
});

test('the log contains nothing of an object, for any outcome', async () => {
  const { send, log } = await webhook({
    facts: () => {
      throw new Error('no facts');
    },
  });
  const healthy = await webhook();
  const marked = reviewOf({
    metadata: { annotations: { note: 'secret-marker', 'service.kubernetes.io/topology-mode': 'secret-marker' } },
    spec: { trafficDistribution: 'secret-marker', selector: { app: 'secret-marker' } },
    request: { userInfo: { username: 'secret-marker' } },
  });
  expect((await send('/validate', marked)).status).toBe(500);
  await healthy.send('/validate', marked);
  await healthy.send('/mutate', marked);
  const lines = [...log, ...healthy.log];
  expect(lines.map(({ msg }) => msg)).toEqual(['request failed', 'review', 'review']);
  expect(JSON.stringify(lines)).not.toContain('secret-marker');
});

test('an internal error is answered without details', async () => {
  const { send, log } = await webhook({
    facts: () => {
      throw new Error('details');
    },
  });
  const { status, text } = await send('/validate', reviewOf());
  expect([status, JSON.parse(text)]).toMatchObject([500, { error: 'internal' }]);
  expect(text).not.toContain('details');
  expect(log).toMatchObject([{ level: 50, err: { message: 'details' }, path: '/validate' }]);
});
