import { asList, asObject } from '../../../src/model/raw.ts';
import { named, render } from '../../chart/rendered.ts';
import type { ControlPlane } from '../control-plane.ts';

const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
const NAME = 'zonewise-workloads';

export type Values = Readonly<Record<string, unknown>>;

/** The webhook for workloads as the chart renders it with these values; undefined if it renders none. */
export async function chartWebhook(
  helm: string,
  values: Values,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const objects = await render(helm, values);
  const { webhooks } = named(objects, 'ValidatingWebhookConfiguration', 'zonewise');
  return asList(webhooks)
    .map(asObject)
    .find(({ name }) => name === 'validate-workloads.zonewise.dev');
}

/** Registers that webhook, at this port of the machine in place of the Service. */
export async function registerWorkloads(
  { api, authority }: ControlPlane,
  { helm, values, port }: { readonly helm: string; readonly values: Values; readonly port: number },
): Promise<void> {
  const webhook = await chartWebhook(helm, values);
  if (!webhook) throw new RangeError('the chart renders no webhook for workloads with these values');
  const url = `https://127.0.0.1:${port}/validate-workloads`;
  const clientConfig = { url, caBundle: Buffer.from(authority.cert).toString('base64') };
  await api.remove(`${CONFIGURATIONS}/${NAME}`);
  await api.post(CONFIGURATIONS, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: NAME },
    webhooks: [{ ...webhook, clientConfig }],
  });
}
