import type { CertificateKeyPair } from './certificate.ts';
import type { SecretProblem } from './secrets.ts';
import type { WebhookConfiguration } from './webhook-configuration.ts';

/**
 * Measures how long the signing CA has been present in every caBundle, with a monotonic clock. The state is in memory:
 * a new leader relies only on its own observations and waits again.
 */
export class CABundlePropagation {
  #seen: { readonly authority: string; readonly since: number } | null = null;

  /** Milliseconds since the CA was first observed everywhere, without a gap since; 0 if it is missing somewhere. */
  observe(
    signing: CertificateKeyPair | SecretProblem,
    configurations: readonly WebhookConfiguration[],
    now: number,
  ): number {
    const authority = typeof signing === 'string' ? null : signing.certificate.pem;
    const everywhere =
      authority !== null &&
      configurations.every(({ bundles }) => bundles.every(bundle => bundle.includes(authority.trim())));
    if (!everywhere) this.#seen = null;
    else if (this.#seen?.authority !== authority) this.#seen = { authority, since: now };
    return this.#seen ? now - this.#seen.since : 0;
  }
}
