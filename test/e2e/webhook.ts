import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ControlPlane } from './control-plane.ts';
import { createReader } from './identity.ts';
import { freePorts } from './ports.ts';
import { type ServiceProcess, serviceProcess } from './service-process.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const HOST = '127.0.0.1';

/** The running webhook and its operations port. */
export interface Webhook extends ServiceProcess {
  readonly port: number;
  /** One metric; NaN if it does not exist. */
  readonly metric: (name: string) => Promise<number>;
}

export interface WebhookSettings {
  /** By default Fail, so that a webhook that does not answer fails the test. */
  readonly failurePolicy?: 'Fail' | 'Ignore';
  /** Flags of Node. */
  readonly nodeFlags?: readonly string[];
}

/** Starts `zonewise serve` with a read-only kubeconfig and registers it for Services. */
export async function startWebhook(
  plane: ControlPlane,
  config: string,
  { failurePolicy = 'Fail', nodeFlags = [] }: WebhookSettings = {},
): Promise<Webhook> {
  const { folder, authority } = plane;
  const [port = 0, opsPort = 0] = await freePorts(2);
  const kubeconfig = await plane.writeKubeconfig('zonewise', await createReader(plane.api));
  const serving = authority.issue('zonewise', [HOST]);
  const paths = { cert: join(folder, 'hook.crt'), key: join(folder, 'hook.key'), config: join(folder, 'config.yaml') };
  await writeFile(paths.cert, serving.cert);
  await writeFile(paths.key, serving.key, { mode: 0o600 });
  await writeFile(paths.config, config);

  const args = [...nodeFlags, MAIN, 'serve', '--kubeconfig', kubeconfig];
  args.push('--port', String(port), '--ops-port', String(opsPort));
  args.push('--tls-cert', paths.cert, '--tls-key', paths.key, '--config', paths.config);
  const ops = (path: string): Promise<Response> => fetch(`http://${HOST}:${opsPort}${path}`);
  const webhook = serviceProcess({
    name: 'zonewise serve',
    command: process.execPath,
    args,
    log: join(folder, 'zonewise.log'),
    isReady: async () => (await ops('/readyz')).ok,
  });
  await webhook.start();
  await register(plane, port, failurePolicy);
  const metric = async (wanted: string): Promise<number> =>
    Number(new RegExp(`^${wanted} (\\S+)$`, 'm').exec(await (await ops('/metrics')).text())?.[1]);
  return { ...webhook, port, metric };
}

async function register(plane: ControlPlane, port: number, failurePolicy: string): Promise<void> {
  const group = '/apis/admissionregistration.k8s.io/v1';
  const kinds = [
    { kind: 'ValidatingWebhookConfiguration', resource: 'validatingwebhookconfigurations', path: 'validate' },
    { kind: 'MutatingWebhookConfiguration', resource: 'mutatingwebhookconfigurations', path: 'mutate' },
  ];
  for (const { kind, resource, path } of kinds) {
    const hook = {
      name: `${path}.zonewise.dev`,
      clientConfig: {
        url: `https://${HOST}:${port}/${path}`,
        caBundle: Buffer.from(plane.authority.cert).toString('base64'),
      },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['services'], operations: ['CREATE', 'UPDATE'] }],
      failurePolicy,
      matchPolicy: 'Equivalent',
      sideEffects: 'None',
      timeoutSeconds: 2,
      admissionReviewVersions: ['v1'],
    };
    const metadata = { name: 'zonewise' };
    await plane.api.post(`${group}/${resource}`, { apiVersion: group.slice(6), kind, metadata, webhooks: [hook] });
  }
}
