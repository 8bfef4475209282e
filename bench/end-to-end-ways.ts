import type { ControlPlane } from '../test/e2e/control-plane.ts';

/** The admission plugins under test, each in its namespace, so that requests can alternate between them. */
export const WAYS = ['nothing', 'policy', 'echo', 'zonewise'] as const;
export type Way = (typeof WAYS)[number];

const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
const RULES = [{ apiGroups: [''], apiVersions: ['v1'], resources: ['services'], operations: ['CREATE', 'UPDATE'] }];

export function wayNamespace(way: Way): string {
  return `bench-${way}`;
}

/** Registers a webhook as the chart does, for one namespace. */
export async function installWebhook(
  plane: ControlPlane,
  { way, port, ca }: { readonly way: Way; readonly port: number; readonly ca: string },
): Promise<void> {
  const hook = {
    name: `${way}.bench.zonewise.dev`,
    clientConfig: { url: `https://127.0.0.1:${port}/validate`, caBundle: Buffer.from(ca).toString('base64') },
    rules: RULES,
    namespaceSelector: { matchLabels: { bench: way } },
    failurePolicy: 'Fail',
    sideEffects: 'None',
    timeoutSeconds: 2,
    admissionReviewVersions: ['v1'],
  };
  await plane.api.post(`${ADMISSION}/validatingwebhookconfigurations`, { metadata: { name: way }, webhooks: [hook] });
}

/** The static check of the peers, in the API server itself. */
export async function installPolicy({ api }: ControlPlane): Promise<void> {
  const name = 'bench';
  const unused = "object.spec.internalTrafficPolicy == 'Local' && has(object.spec.trafficDistribution)";
  await api.post(`${ADMISSION}/validatingadmissionpolicies`, {
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: { resourceRules: RULES },
      validations: [
        {
          expression: `!(${unused})`,
          message: 'internalTrafficPolicy Local keeps all traffic on the node: trafficDistribution is unused',
        },
      ],
    },
  });
  await api.post(`${ADMISSION}/validatingadmissionpolicybindings`, {
    metadata: { name },
    spec: {
      policyName: name,
      validationActions: ['Warn'],
      matchResources: { namespaceSelector: { matchLabels: { bench: 'policy' } } },
    },
  });
}
