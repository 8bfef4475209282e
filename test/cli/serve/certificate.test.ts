import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parseTlsFlags } from '../../../src/cli/flags/tls-flags.ts';
import { openServingCertificate } from '../../../src/cli/serve/certificate.ts';
import type { TlsMaterial } from '../../../src/serving/https-app.ts';
import { createMetrics } from '../../../src/serving/metrics.ts';
import { selfSignedCertificate } from '../../../src/serving/self-signed-certificate.ts';
import { inspectTlsMaterial } from '../../../src/serving/tls-certificate.ts';
import { certificateFolder, putPair } from '../../serving/process.ts';
import type { LogLine } from '../../webhook/harness.ts';

const soon = { timeout: 5_000, interval: 10 };
const DAY = 24 * 3_600_000;

async function opened(folder: string | null) {
  const log: LogLine[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void log.push(JSON.parse(line) as LogLine) });
  const metrics = createMetrics({ processMetrics: false });
  const paths =
    folder === null ? null : { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key'), clientCA: null };
  const certificate = await openServingCertificate(paths, { log: logger, metrics });
  onTestFinished(() => certificate.stop());
  return { certificate, log, metrics };
}

test('serves a self-signed certificate immediately without files', async () => {
  const { certificate } = await opened(null);
  expect(certificate.waitingFor()).toEqual([]);
  expect(inspectTlsMaterial(certificate.tls as TlsMaterial).notAfter).toBeLessThan(Date.now() + DAY + 60_000);
});

test('passes a pair to onChange that was read before the call', async () => {
  const folder = certificateFolder({});
  const { certificate } = await opened(folder);
  expect([certificate.tls, certificate.waitingFor()]).toEqual([
    'later',
    [expect.stringMatching(/^certificate: \/.*: no such file or folder$/)],
  ]);
  const pair = await selfSignedCertificate(Date.now());
  putPair(folder, pair);
  await vi.waitFor(() => expect(certificate.waitingFor()).toEqual([]), soon);
  const used: TlsMaterial[] = [];
  certificate.onChange(material => void used.push(material));
  expect(used).toEqual([pair]);
});

test('does not pass the initial pair to onChange, but the next one', async () => {
  const [first, second] = [await selfSignedCertificate(Date.now()), await selfSignedCertificate(Date.now())];
  const folder = certificateFolder(first);
  const { certificate, metrics } = await opened(folder);
  const used: TlsMaterial[] = [];
  certificate.onChange(material => void used.push(material));
  putPair(folder, second);
  await vi.waitFor(() => expect(used).toEqual([second]), soon);
  expect(await metrics.text()).toContain('zonewise_certificate_reloads_total 1\n');
});

test('serves an expired certificate and logs an error', async () => {
  const { certificate, log, metrics } = await opened(
    certificateFolder(await selfSignedCertificate(Date.now() - 2 * DAY)),
  );
  expect([certificate.waitingFor(), certificate.tls]).toEqual([
    [],
    expect.objectContaining({ cert: expect.any(String) }),
  ]);
  expect(log.map(({ level, msg }) => [level, msg])).toEqual([
    [30, 'certificate in use'],
    [50, 'the certificate has expired'],
  ]);
  const expiry = /^zonewise_certificate_expiry_timestamp_seconds (\S+)$/m.exec(await metrics.text())?.[1];
  expect(Number(expiry) * 1000).toBeLessThan(Date.now());
});

test('waits for missing or empty files, and rejects a missing folder or another kind of file', async () => {
  const { cert, key } = await selfSignedCertificate(Date.now());
  const paths = (folder: string) => [join(folder, 'tls.crt'), join(folder, 'tls.key')] as const;
  for (const pair of [{}, { cert: '', key: '' }, { cert, key: '\n' }, { cert, key }]) {
    const [certFile, keyFile] = paths(certificateFolder(pair));
    expect(parseTlsFlags(certFile, keyFile)).toEqual({ cert: certFile, key: keyFile });
  }
  expect(() => parseTlsFlags(...paths(certificateFolder({ cert: 'hello', key })))).toThrow(/no PEM with a certificate/);
  expect(() => parseTlsFlags(...paths(certificateFolder({ cert, key: cert })))).toThrow(/no PEM with a private key/);
  expect(() => parseTlsFlags('/no/such/tls.crt', '/no/such/tls.key')).toThrow(/no such file/);
});
