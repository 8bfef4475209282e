import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { KeyPair } from '../../../src/serving/self-signed-certificate.ts';
import { selfSignedCertificate } from '../../../src/serving/self-signed-certificate.ts';
import { inspectTlsMaterial } from '../../../src/serving/tls-certificate.ts';
import { open, post } from '../../serving/connection.ts';
import { certificateFolder, putPair, serveProcess } from '../../serving/process.ts';
import { scaleReview } from '../../support/workload-reviews.ts';

let first: KeyPair;
let second: KeyPair;
beforeAll(async () => {
  [first, second] = (await Promise.all([1, 2].map(() => selfSignedCertificate(Date.now())))) as [KeyPair, KeyPair];
});

const slow = { timeout: 40_000 };

test('waits for a late certificate, replaces a changed one, and ignores a broken one', slow, async () => {
  const serve = serveProcess(certificateFolder({}), 'serving: { drainDelay: 0s }');
  const { port, opsPort } = (await serve.logged('serving')) as unknown as { port: number; opsPort: number };
  const readyz = async () => {
    const answer = await fetch(`http://127.0.0.1:${opsPort}/readyz`);
    return `${answer.status} ${await answer.text()}`;
  };
  const metric = async (name: string) => {
    const text = await (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  };
  expect(await readyz()).toMatch(/^503 .*certificate: \/.*: no such file or folder/);
  putPair(serve.folder, first);
  await expect.poll(readyz, { timeout: 10_000 }).toMatch(/^200 /);
  const kept = await open(port, first.cert);
  expect((await kept.request()).status).toBe(200);
  expect(await metric('zonewise_certificate_expiry_timestamp_seconds')).toBe(inspectTlsMaterial(first).notAfter / 1000);

  putPair(serve.folder, second);
  await serve.logged('certificate replaced');
  expect((await open(port, second.cert)).serial).toBe(inspectTlsMaterial(second).serialNumber);

  putPair(serve.folder, { key: 'nonsense' });
  await serve.logged('new certificate not usable, the old one stays in use');
  expect((await (await open(port, second.cert)).request()).status).toBe(200);
  expect(await readyz()).toMatch(/^200 /);
  expect(await metric('zonewise_certificate_reloads_total')).toBe(1);
  expect(await metric('zonewise_certificate_reload_failures_total')).toBe(1);

  writeFileSync(join(serve.folder, 'config.yaml'), 'apiVersion: nonsense\n');
  await serve.logged('configuration refused, the last good one stays in use');
  expect([await metric('zonewise_config_reload_failures_total'), await metric('zonewise_config_current')]).toEqual([
    1, 0,
  ]);
  expect((await kept.request()).status).toBe(200);
  serve.child.kill('SIGTERM');
  expect(await serve.exited).toEqual([0, null]);
});

test(
  'serves for the drain delay after SIGTERM, closes each connection after its response, and ends with 0',
  slow,
  async () => {
    const serve = serveProcess(certificateFolder(first), 'serving: { drainDelay: 1s }');
    const { port, opsPort } = (await serve.logged('serving')) as unknown as { port: number; opsPort: number };
    const kept = await open(port, first.cert);
    expect((await kept.request()).connection).toBe('keep-alive');
    const idle = await open(port, first.cert);
    await idle.request();
    serve.child.kill('SIGTERM');
    const { time: drainingAt } = (await serve.logged('draining')) as unknown as { time: string };
    expect((await fetch(`http://127.0.0.1:${opsPort}/readyz`)).status).toBe(503);
    expect((await kept.request()).connection).toBe('close');
    expect((await (await open(port, first.cert)).request()).connection).toBe('close');
    await Promise.all([kept.ended(), idle.ended()]);
    expect(await serve.exited).toEqual([0, null]);
    const { time: endedAt } = (await serve.logged('ended')) as unknown as { time: string };
    expect(Date.parse(endedAt) - Date.parse(drainingAt)).toBeGreaterThanOrEqual(1_000);
  },
);

test('ends immediately at a second signal, and at the first one if it never served a request', slow, async () => {
  const patient = serveProcess(certificateFolder(first), 'serving: { drainDelay: 1h }');
  const waiting = serveProcess(certificateFolder({}), 'serving: { drainDelay: 1h }');
  await Promise.all([patient.logged('serving'), waiting.logged('serving')]);
  waiting.child.kill('SIGTERM');
  expect(await waiting.exited).toEqual([0, null]);
  patient.child.kill('SIGTERM');
  await patient.logged('draining');
  patient.child.kill('SIGINT');
  expect(await patient.exited).toEqual([130, null]);
});

test('answers /validate-workloads only if the configuration enables it', slow, async () => {
  const scale = JSON.stringify(scaleReview('Deployment', 'web', { from: 2, to: 1 }));
  const answerOf = async (config: string) => {
    const serve = serveProcess(certificateFolder(first), config);
    const { port } = (await serve.logged('serving')) as unknown as { port: number };
    return (await open(port, first.cert)).request(post(scale, '/validate-workloads?timeout=2s'));
  };
  const [enabled, disabled] = await Promise.all(['workloads: { enabled: true }', ''].map(answerOf));
  expect([enabled?.status, disabled?.status]).toEqual([200, 404]);
  expect(JSON.parse(enabled?.body ?? '')).toMatchObject({ response: { allowed: true } });
});
