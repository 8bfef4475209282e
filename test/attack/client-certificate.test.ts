// A client that reaches the webhook port, where the API server has a certificate as docs/operations.md describes it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { announceSkipped, findAssets } from '../e2e/assets.ts';
import { createAuthority, type KeyPair } from '../e2e/certificates.ts';
import { type ControlPlane, startControlPlane } from '../e2e/control-plane.ts';
import { startWebhook, type Webhook } from '../e2e/webhook.ts';

const found = await findAssets(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl']);
if (found.kind === 'missing') announceSkipped("the API server's client certificate (npm run test:attack)", found.why);

describe.skipIf(found.kind === 'missing')('where the webhook verifies its clients', () => {
  const clients = createAuthority('clients');
  let folder = '';
  let plane: ControlPlane;
  let webhook: Webhook;

  beforeAll(async () => {
    if (found.kind !== 'ready') return;
    folder = await mkdtemp(join(tmpdir(), 'zonewise-clients-'));
    const admission = await writeAdmissionConfiguration(folder, clients.issue('kube-apiserver', []));
    plane = await startControlPlane(found.assets, { apiServerArgs: [`--admission-control-config-file=${admission}`] });
    const clientCA = join(folder, 'ca.crt');
    await writeFile(clientCA, clients.cert);
    webhook = await startWebhook(
      plane,
      `
apiVersion: zonewise.dev/v1alpha1
kind: Config
serving: { drainDelay: 0s, clientCA: ${clientCA}, clientNames: [kube-apiserver] }
rules: { unknown-topology-mode: deny }
`,
    );
  });
  afterAll(async () => {
    await webhook?.stop();
    await plane?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('the API server is served', async () => {
    const service = (mode: string) => ({
      metadata: { name: 'web', annotations: { 'service.kubernetes.io/topology-mode': mode } },
      spec: { ports: [{ port: 80 }] },
    });
    const create = (mode: string) => plane.api.post('/api/v1/namespaces/default/services?dryRun=All', service(mode));
    await expect(create('auto-ish')).rejects.toThrow('[unknown-topology-mode]');
    await expect(create('Auto')).resolves.toBeDefined();
  });

  test('no other client gets an answer, not even with a certificate of the same CA', async () => {
    // The control: the answer to what is not a review.
    expect(await statusFor(clients.issue('kube-apiserver', []))).toBe(422);
    await expect(statusFor(clients.issue('system:node:a1', ['kubelet.example']))).rejects.toThrow();
    await expect(statusFor(plane.authority.issue('kube-apiserver', []))).rejects.toThrow();
    await expect(statusFor(undefined)).rejects.toThrow();
    expect(await webhook.metric('zonewise_clients_refused_total')).toBe(1);
  });

  function statusFor(client: KeyPair | undefined): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', headers: { 'content-type': 'application/json' }, ca: plane.authority.cert };
      const sent = request(`https://127.0.0.1:${webhook.port}/validate`, { ...options, ...client }, answer => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.on('error', reject).end('{}');
    });
  }
});

async function writeAdmissionConfiguration(folder: string, { cert, key }: KeyPair): Promise<string> {
  const file = (name: string) => join(folder, name);
  await writeFile(file('client.crt'), cert);
  await writeFile(file('client.key'), key, { mode: 0o600 });
  const user = { 'client-certificate': file('client.crt'), 'client-key': file('client.key') };
  const kubeconfig = { apiVersion: 'v1', kind: 'Config', users: [{ name: '*', user }] };
  await writeFile(file('webhooks.kubeconfig'), JSON.stringify(kubeconfig));
  const group = 'apiserver.config.k8s.io/v1';
  const configuration = {
    apiVersion: group,
    kind: 'WebhookAdmissionConfiguration',
    kubeConfigFile: file('webhooks.kubeconfig'),
  };
  const plugins = ['ValidatingAdmissionWebhook', 'MutatingAdmissionWebhook'].map(name => ({ name, configuration }));
  await writeFile(
    file('admission.yaml'),
    JSON.stringify({ apiVersion: group, kind: 'AdmissionConfiguration', plugins }),
  );
  return file('admission.yaml');
}
