import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type CertificateFilesOptions, CertificateWatcher } from '../../src/serving/certificate-files.ts';
import type { KeyPair } from '../../src/serving/self-signed-certificate.ts';
import { selfSignedCertificate } from '../../src/serving/self-signed-certificate.ts';

let first: KeyPair;
let second: KeyPair;
beforeAll(async () => {
  [first, second] = (await Promise.all([1, 2].map(() => selfSignedCertificate(Date.now())))) as [KeyPair, KeyPair];
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zonewise-certificates-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

const HOUR = 3_600_000;

/** Watches tls.crt and tls.key of the folder and collects the reported pairs and errors. */
function watched(options: Partial<CertificateFilesOptions> = {}, clientCA: string | null = null) {
  const used: KeyPair[] = [];
  const troubles: string[] = [];
  const files = new CertificateWatcher(
    { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key'), clientCA },
    {
      onUse: material => void used.push(material),
      onError: error => void troubles.push(`${error.code}: ${error.message}`),
      errorGraceMs: 30,
      ...options,
    },
  );
  onTestFinished(() => files.stop());
  return { files, used, troubles };
}

function write(pair: Partial<KeyPair>, into = folder): void {
  if (pair.cert !== undefined) writeFileSync(join(into, 'tls.crt'), pair.cert);
  if (pair.key !== undefined) writeFileSync(join(into, 'tls.key'), pair.key);
}

/** Writes a Secret as kubelet's atomic writer does (pkg/volume/util/atomic_writer.go, v1.37.1). */
function publish(version: string, pair: KeyPair): void {
  mkdirSync(join(folder, version));
  write(pair, join(folder, version));
  symlinkSync(version, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
}

function mountSecret(pair: KeyPair): void {
  publish('..v1', pair);
  for (const file of ['tls.crt', 'tls.key']) symlinkSync(`..data/${file}`, join(folder, file));
}

const soon = { timeout: 5_000, interval: 10 };

test('an existing pair is used immediately and reported once', () => {
  write(first);
  const { files, used } = watched();
  files.reload();
  expect([used, files.material, files.problem]).toEqual([[first], first, null]);
});

test('a replaced pair is detected without polling', async () => {
  write(first);
  const { used } = watched({ pollIntervalMs: HOUR });
  write(second);
  await vi.waitFor(() => expect(used).toEqual([first, second]), soon);
});

test("kubelet's symlink swap is detected, repeatedly", async () => {
  mountSecret(first);
  const { used, troubles } = watched({ pollIntervalMs: HOUR });
  publish('..v2', second);
  await vi.waitFor(() => expect(used).toEqual([first, second]), soon);
  publish('..v3', first);
  rmSync(join(folder, '..v2'), { recursive: true });
  await vi.waitFor(() => expect(used).toEqual([first, second, first]), soon);
  expect(troubles).toEqual([]);
});

test('polling detects a change without a notification', async () => {
  // A folder that does not exist at first cannot be watched.
  rmSync(folder, { recursive: true });
  const { used } = watched({ pollIntervalMs: 20 });
  mkdirSync(folder);
  write(first);
  await vi.waitFor(() => expect(used).toEqual([first]), soon);
});

test('certificate and key written one after the other are one change, without an error', async () => {
  write(first);
  const { files, used, troubles } = watched({ pollIntervalMs: HOUR, errorGraceMs: HOUR });
  write({ cert: second.cert });
  files.reload();
  expect([files.material, files.problem?.code]).toEqual([first, 'unusable']);
  write({ key: second.key });
  files.reload();
  expect([files.material, files.problem, used, troubles]).toEqual([second, null, [first, second], []]);
});

describe('an unusable pair', () => {
  const cases: readonly (readonly [string, () => Partial<KeyPair>, RegExp])[] = [
    ['a key that does not match', () => ({ key: second.key }), /^unusable: .*mismatch/],
    ['half a certificate', () => ({ cert: second.cert.slice(0, 200), key: second.key }), /^unusable: /],
    ['no PEM', () => ({ cert: 'hello', key: 'hello' }), /^unusable: /],
    ['an empty file', () => ({ key: '' }), /^not-there: .*tls\.key is empty/],
  ];

  test.each(cases)('%s keeps the old one in use and is reported once', async (_what, pair, message) => {
    write(first);
    const { files, used, troubles } = watched({ pollIntervalMs: 20 });
    write(pair());
    await vi.waitFor(() => expect(troubles).toEqual([expect.stringMatching(message)]), soon);
    const polls = vi.spyOn(files, 'reload');
    await vi.waitFor(() => expect(polls.mock.calls.length).toBeGreaterThan(5), soon);
    expect([troubles.length, files.material, used]).toEqual([1, first, [first]]);
    write(second);
    await vi.waitFor(() => expect(used).toEqual([first, second]), soon);
    expect(files.problem).toBeNull();
  });

  test('reported texts never quote a key', async () => {
    write(first);
    const { troubles } = watched({ pollIntervalMs: 20 });
    write({ key: second.key.replace('PRIVATE', 'PUBLIC') });
    await vi.waitFor(() => expect(troubles).toHaveLength(1), soon);
    const lines = second.key.split('\n').filter(line => line.length > 20);
    expect(lines.some(line => troubles[0]?.includes(line))).toBe(false);
  });

  test('an error that returns after a valid pair is reported again', async () => {
    write(first);
    const { files, troubles } = watched({ pollIntervalMs: 20 });
    write({ key: second.key });
    await vi.waitFor(() => expect(troubles).toHaveLength(1), soon);
    write(first);
    await vi.waitFor(() => expect(files.problem).toBeNull(), soon);
    write({ key: second.key });
    await vi.waitFor(() => expect(troubles).toHaveLength(2), soon);
  });

  test('a deleted file keeps the pair in use', async () => {
    write(first);
    const { files, troubles } = watched({ pollIntervalMs: 20 });
    unlinkSync(join(folder, 'tls.key'));
    await vi.waitFor(
      () => expect(troubles).toEqual([expect.stringMatching(/^not-there: \/.*: no such file or folder$/)]),
      soon,
    );
    expect(files.material).toEqual(first);
  });

  test('a pair that the listener rejects is not treated as the one in use', () => {
    write(first);
    const onUse = () => {
      throw new Error('no');
    };
    const { files } = watched({ onUse });
    expect([files.material, files.problem?.message]).toEqual([null, 'no']);
  });
});

test('waits for files that appear later', async () => {
  const { files, used } = watched({ pollIntervalMs: HOUR });
  expect([files.material, files.problem?.code]).toEqual([null, 'not-there']);
  mountSecret(first);
  await vi.waitFor(() => expect(used).toEqual([first]), soon);
});

test('the client CA is part of the pair: without it nothing is used, and another one is a change', async () => {
  write(first);
  const clientCA = join(folder, 'client-ca.crt');
  const { files, used } = watched({ pollIntervalMs: HOUR }, clientCA);
  expect(files.material).toBeNull();
  writeFileSync(clientCA, second.cert);
  await vi.waitFor(() => expect(used).toEqual([{ ...first, clientCA: second.cert }]), soon);
  writeFileSync(clientCA, 'hello');
  await vi.waitFor(() => expect(files.problem?.message).toMatch(/the client CA/), soon);
  writeFileSync(clientCA, first.cert);
  await vi.waitFor(() => expect(used.at(-1)).toEqual({ ...first, clientCA: first.cert }), soon);
});

test('reports nothing after stop', async () => {
  write(first);
  const { files, used } = watched({ pollIntervalMs: 10 });
  files.stop();
  const running = watched({ pollIntervalMs: 10 });
  write(second);
  await vi.waitFor(() => expect(running.used).toEqual([first, second]), soon);
  expect(used).toEqual([first]);
});
