import type { ApiObject } from '../../kube/writer/api-writer.ts';
import { asList, asObject, asString } from '../../model/raw.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';

/** An existing webhook configuration, with its API path. */
export interface WebhookConfiguration {
  readonly path: string;
  readonly object: ApiObject;
  /** Decoded caBundle of each webhook; `''` if it has none. */
  readonly bundles: readonly string[];
}

export function configurationPaths(names: {
  readonly validating: string;
  readonly mutating: string;
}): readonly string[] {
  return [
    `${GROUP}/validatingwebhookconfigurations/${names.validating}`,
    `${GROUP}/mutatingwebhookconfigurations/${names.mutating}`,
  ];
}

export function readConfiguration(path: string, object: ApiObject): WebhookConfiguration {
  return { path, object, bundles: asList(object.webhooks).map(webhook => decoded(webhook)) };
}

/** The object with this caBundle in every webhook; everything else is kept. */
export function withCABundle({ object }: WebhookConfiguration, bundle: string): ApiObject {
  const caBundle = Buffer.from(bundle).toString('base64');
  const webhooks = asList(object.webhooks).map(asObject);
  return {
    ...object,
    webhooks: webhooks.map(webhook => ({ ...webhook, clientConfig: { ...asObject(webhook.clientConfig), caBundle } })),
  };
}

export function needsCABundle({ bundles }: WebhookConfiguration, bundle: string): boolean {
  return bundles.some(found => found !== bundle);
}

function decoded(webhook: unknown): string {
  return Buffer.from(asString(asObject(asObject(webhook).clientConfig).caBundle), 'base64').toString('utf8');
}
