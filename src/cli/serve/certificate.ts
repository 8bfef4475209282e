import type { FastifyBaseLogger } from 'fastify';
import { type CertificatePaths, CertificateWatcher } from '../../serving/certificate-files.ts';
import type { TlsMaterial } from '../../serving/https-app.ts';
import type { Metrics } from '../../serving/metrics.ts';
import { selfSignedCertificate } from '../../serving/self-signed-certificate.ts';
import type { CertificateInfo } from '../../serving/tls-certificate.ts';

/** The certificate of the webhook port. */
export interface ServingCertificate {
  readonly tls: TlsMaterial | 'later';
  /** The missing files; empty after the first usable pair. */
  waitingFor(): readonly string[];
  /** Calls `use` with every pair other than `tls`, also with one that was read before this call. */
  onChange(use: (material: TlsMaterial) => void): void;
  stop(): void;
}

interface CertificateSinks {
  readonly log: FastifyBaseLogger;
  readonly metrics: Metrics;
}

/** Reads the certificate from files, which may appear and change at any time; without paths it is self-signed. */
export async function openServingCertificate(
  paths: CertificatePaths | null,
  sinks: CertificateSinks,
): Promise<ServingCertificate> {
  if (paths) return fromFiles(paths, sinks);
  const tls = await selfSignedCertificate(Date.now());
  return { tls, waitingFor: () => [], onChange: () => {}, stop: () => {} };
}

function fromFiles(paths: CertificatePaths, { log, metrics }: CertificateSinks): ServingCertificate {
  let use: (material: TlsMaterial) => void = () => {};
  let inUse = false;
  const files = new CertificateWatcher(paths, {
    onUse(material, facts) {
      use(material);
      metrics.certificateExpiry.set(facts.notAfter / 1000);
      if (inUse) metrics.certificateReloads.inc();
      log.info(shown(facts), inUse ? 'certificate replaced' : 'certificate in use');
      if (facts.notAfter <= Date.now()) log.error(shown(facts), 'the certificate has expired');
      inUse = true;
    },
    onError(error) {
      const fields = { error: error.message };
      if (!inUse && error.code === 'not-there') return log.info(fields, 'waiting for the certificate');
      metrics.certificateReloadFailures.inc();
      log.error(fields, inUse ? 'new certificate not usable, the old one stays in use' : 'certificate not usable');
    },
  });
  const tls = files.material ?? 'later';
  return {
    tls,
    waitingFor: () => (inUse ? [] : [`certificate: ${files.problem?.message ?? 'not read yet'}`]),
    onChange(then) {
      use = then;
      if (files.material && files.material !== tls) use(files.material);
    },
    stop: () => files.stop(),
  };
}

function shown({ notAfter, serialNumber, names }: CertificateInfo) {
  return { notAfter: new Date(notAfter).toISOString(), serialNumber, names };
}
