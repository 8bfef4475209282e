import type { ApiObject, ObjectApi } from '../../kube/writer/api-writer.ts';
import { asObject, asString } from '../../model/raw.ts';
import { newSecret, type SecretData, withData } from './secrets.ts';
import {
  configurationPaths,
  readConfiguration,
  type WebhookConfiguration,
  withCABundle,
} from './webhook-configuration.ts';

export interface ObjectNames {
  readonly namespace: string;
  /** Secret of the leaf. */
  readonly secret: string;
  readonly caSecret: string;
  readonly webhooks: { readonly validating: string; readonly mutating: string };
}

export interface CertificateSnapshot {
  readonly configurations: readonly WebhookConfiguration[];
  readonly authority: ApiObject | null;
  readonly leaf: ApiObject | null;
}

/** Reads and writes the two Secrets and the two webhook configurations. Throws the errors of the store. */
export class CertificateObjects {
  readonly #store: ObjectApi;
  readonly #places: ObjectNames;

  constructor(store: ObjectApi, places: ObjectNames) {
    this.#store = store;
    this.#places = places;
  }

  /**
   * Reads the configurations before the Secrets. If another controller replaces a Secret in between, a caBundle built
   * from the old Secret has an outdated resourceVersion, so writing it fails.
   */
  async read(signal: AbortSignal): Promise<CertificateSnapshot> {
    const configurations = await this.readConfigurations(signal);
    const { secret, caSecret } = this.#places;
    const [authority, leaf] = await Promise.all([this.readSecret(caSecret, signal), this.readSecret(secret, signal)]);
    return { configurations, authority, leaf };
  }

  async readConfigurations(signal: AbortSignal): Promise<readonly WebhookConfiguration[]> {
    const found = await Promise.all(
      configurationPaths(this.#places.webhooks).map(async path => ({
        path,
        object: await this.#store.read(path, signal),
      })),
    );
    return found.flatMap(({ path, object }) => (object ? [readConfiguration(path, object)] : []));
  }

  readSecret(name: string, signal: AbortSignal): Promise<ApiObject | null> {
    return this.#store.read(`${this.#secrets}/${name}`, signal);
  }

  async writeCA(before: ApiObject | null, data: SecretData, signal: AbortSignal): Promise<void> {
    const { namespace, caSecret } = this.#places;
    await this.#write(before, withData(before ?? newSecret({ namespace, name: caSecret }, 'Opaque'), data), signal);
  }

  async writeLeaf(before: ApiObject | null, data: SecretData, signal: AbortSignal): Promise<void> {
    const { namespace, secret } = this.#places;
    const fresh = before ?? newSecret({ namespace, name: secret }, 'kubernetes.io/tls');
    await this.#write(before, withData(fresh, data), signal);
  }

  async publish(bundle: string, to: readonly WebhookConfiguration[], signal: AbortSignal): Promise<void> {
    for (const configuration of to) {
      await this.#store.replace(configuration.path, withCABundle(configuration, bundle), signal);
    }
  }

  get #secrets(): string {
    return `/api/v1/namespaces/${this.#places.namespace}/secrets`;
  }

  async #write(before: ApiObject | null, secret: ApiObject, signal: AbortSignal): Promise<void> {
    if (!before) await this.#store.create(this.#secrets, secret, signal);
    else await this.#store.replace(`${this.#secrets}/${nameOf(before)}`, secret, signal);
  }
}

function nameOf(object: ApiObject): string {
  return asString(asObject(object.metadata).name);
}
