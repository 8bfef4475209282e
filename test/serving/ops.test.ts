import { expect, onTestFinished, test } from 'vitest';
import { VERSION } from '../../src/runtime/version.ts';
import type { Readiness } from '../../src/serving/ops-app.ts';
import { buildOpsApp } from '../../src/serving/ops-app.ts';

function get(url: string, readiness: () => Readiness = () => ({ ready: true, waitingFor: [] })) {
  const app = buildOpsApp(readiness);
  onTestFinished(() => app.close());
  return app.inject({ method: 'GET', url });
}

test('/livez answers while the process runs, ready or not', async () => {
  const reply = await get('/livez', () => ({ ready: false, waitingFor: ['topology'] }));
  expect([reply.statusCode, reply.json()]).toEqual([200, { status: 'ok' }]);
});

test('/readyz answers 503 with the missing conditions until all are met', async () => {
  let readiness: Readiness = { ready: false, waitingFor: ['topology', 'nodes: 403 Forbidden'] };
  const app = buildOpsApp(() => readiness);
  onTestFinished(() => app.close());
  const early = await app.inject('/readyz');
  expect([early.statusCode, early.json()]).toEqual([
    503,
    { status: 'not ready', waitingFor: ['topology', 'nodes: 403 Forbidden'] },
  ]);
  readiness = { ready: true, waitingFor: [] };
  const late = await app.inject('/readyz');
  expect([late.statusCode, late.json()]).toEqual([200, { status: 'ok', waitingFor: [] }]);
});

test('/version names zonewise and its Node version', async () => {
  expect((await get('/version')).json()).toEqual({ name: 'zonewise', version: VERSION, node: process.versions.node });
});

test.each(['/', '/validate', '/mutate', '/metrics/../x'])('%s does not exist', async url => {
  expect((await get(url)).statusCode).toBe(404);
});
