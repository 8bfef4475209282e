import { X509Certificate } from 'node:crypto';
import { expect } from 'vitest';
import type { ApiClient } from './api-client.ts';
import type { Installation } from './controller-process.ts';
import { eventually } from './waiting.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const VALIDATING = {
  kind: 'ValidatingWebhookConfiguration',
  resource: 'validatingwebhookconfigurations',
  hooks: ['one', 'two'],
};
const MUTATING = { kind: 'MutatingWebhookConfiguration', resource: 'mutatingwebhookconfigurations', hooks: ['three'] };
const KINDS = [VALIDATING, MUTATING];
const PROBE = { case: 'certificates' };

interface Registered {
  readonly metadata: object;
  readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string } }[];
}

/** The objects that a controller reconciles, as stored in the cluster, and three webhooks that use them. */
export interface CertificateSite {
  readonly api: ApiClient;
  /** Path of the Secrets. */
  readonly secrets: string;
  readonly registerAll: () => Promise<void>;
  readonly unregisterAll: () => Promise<void>;
  /** Deletes a configuration and creates it again without caBundle. */
  readonly recreateMutating: () => Promise<void>;
  /** Removes the caBundle from one webhook of two. */
  readonly emptyBundle: () => Promise<void>;
  /** Fields of a Secret, decoded. */
  readonly secret: (name: string) => Promise<Readonly<Record<string, string>>>;
  readonly leaf: () => Promise<X509Certificate>;
  /** PEM of the CA that signs. */
  readonly authority: () => Promise<string>;
  /** Decoded caBundle of each of the three webhooks. */
  readonly bundles: () => Promise<readonly string[]>;
  /** One TLS handshake per webhook by the real API server: its error, or null if it accepts the certificate. */
  readonly complaint: () => Promise<string | null>;
}

export function certificateSite(api: ApiClient, installation: Installation, port: number): CertificateSite {
  const { namespace, webhooks: name } = installation;
  const secrets = `/api/v1/namespaces/${namespace}/secrets`;
  const pathOf = ({ resource }: typeof VALIDATING): string => `${GROUP}/${resource}/${name}`;
  const read = async (kind: typeof VALIDATING): Promise<Registered> => (await api.get(pathOf(kind))) as Registered;
  const register = async ({ kind, resource, hooks }: typeof VALIDATING): Promise<void> => {
    const webhooks = hooks.map(hook => webhookOf(hook, namespace, port));
    await api.post(`${GROUP}/${resource}`, { apiVersion: GROUP.slice(6), kind, metadata: { name }, webhooks });
  };
  const secret: CertificateSite['secret'] = async wanted => {
    const { data } = (await api.get(`${secrets}/${wanted}`)) as { data: Record<string, string> };
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, decode(value)]));
  };
  return {
    api,
    secrets,
    secret,
    registerAll: async () => {
      const spec = { type: 'ExternalName', externalName: 'localhost' };
      await api.post(`/api/v1/namespaces/${namespace}/services`, { metadata: { name: 'zonewise' }, spec });
      for (const kind of KINDS) await register(kind);
    },
    unregisterAll: async () => {
      for (const kind of KINDS) await api.remove(pathOf(kind));
    },
    recreateMutating: async () => {
      await api.remove(pathOf(MUTATING));
      await register(MUTATING);
    },
    emptyBundle: async () => {
      const [first, { clientConfig, ...second } = { clientConfig: {} }] = (await read(VALIDATING)).webhooks;
      const { caBundle: _, ...rest } = clientConfig;
      await api.patch(pathOf(VALIDATING), { webhooks: [first, { ...second, clientConfig: rest }] });
    },
    leaf: async () => new X509Certificate((await secret('zonewise-tls'))['tls.crt'] ?? ''),
    authority: async () => (await secret('zonewise-ca'))['ca.crt'] ?? '',
    bundles: async () => {
      const found = await Promise.all(KINDS.map(read));
      return found.flatMap(({ webhooks }) => webhooks.map(({ clientConfig }) => decode(clientConfig.caBundle ?? '')));
    },
    complaint: () =>
      api
        .post(`/api/v1/namespaces/${namespace}/configmaps?dryRun=All`, {
          metadata: { generateName: 'probe-', labels: PROBE },
        })
        .then(
          () => null,
          error => String(error),
        ),
  };
}

/** Sends reviews continuously; none may fail. `served` waits until that many more are answered. */
export async function underLoad(
  site: CertificateSite,
  meanwhile: (served: (more: number) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const complaints: string[] = [];
  let going = true;
  let tried = 0;
  const load = (async () => {
    while (going) {
      const complaint = await site.complaint();
      tried += 1;
      if (complaint !== null) complaints.push(complaint);
    }
  })();
  const served = (more: number): Promise<unknown> => {
    const enough = tried + more;
    return eventually(`${more} more reviews`, async () => tried >= enough);
  };
  try {
    await meanwhile(served);
  } finally {
    going = false;
    await load;
  }
  expect(complaints).toEqual([]);
}

function webhookOf(hook: string, namespace: string, port: number): object {
  return {
    name: `${hook}.certs.zonewise.dev`,
    clientConfig: { service: { namespace, name: 'zonewise', path: `/${hook}`, port } },
    rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE'] }],
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    objectSelector: { matchLabels: PROBE },
    failurePolicy: 'Fail',
    sideEffects: 'None',
    timeoutSeconds: 2,
    admissionReviewVersions: ['v1'],
  };
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}
