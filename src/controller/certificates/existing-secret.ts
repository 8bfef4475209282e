import type { Log } from '../../runtime/log.ts';
import { readCertificates } from './certificate.ts';
import type { CertificateObjects } from './cluster-state.ts';
import { readLeafSecret, secretText } from './secrets.ts';
import type { Expiry } from './self-managed.ts';
import { needsCABundle } from './webhook-configuration.ts';

interface ExistingSecretOptions {
  readonly state: CertificateObjects;
  readonly secret: string;
  readonly log: Log;
  readonly onExpiry: (expiry: Expiry) => void;
}

/**
 * Copies `ca.crt` of a Secret that zonewise does not manage into every caBundle, if it holds a certificate. Throws
 * ApiStatusError (409: read again), or the network's error.
 */
export async function publishExistingSecret(
  { state, secret, log, onExpiry }: ExistingSecretOptions,
  signal: AbortSignal,
): Promise<void> {
  const configurations = await state.readConfigurations(signal);
  const found = await state.readSecret(secret, signal);
  const { leaf } = readLeafSecret(found);
  onExpiry({ leaf: typeof leaf === 'string' ? null : leaf.certificate.notAfter, authority: null });
  // All certificates that the owner trusts, including intermediate CAs and self-signed certificates.
  const bundle = readCertificates(secretText(found, 'ca.crt'))
    .map(({ pem }) => pem)
    .join('');
  if (bundle === '') return;
  const to = configurations.filter(configuration => needsCABundle(configuration, bundle));
  if (to.length === 0) return;
  await state.publish(bundle, to, signal);
  log('info', 'caBundle written', { configurations: to.map(({ path }) => path) });
}
