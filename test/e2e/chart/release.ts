import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHART } from '../../../charts/generate.ts';
import type { Rendered } from '../../chart/rendered.ts';
import { valueFlags } from '../../chart/rendered.ts';
import type { CommandResult } from '../children.ts';
import { runChild } from '../children.ts';
import type { ControlPlane } from '../control-plane.ts';

export const NAMESPACE = 'zonewise-system';
export const RELEASE = 'zonewise';
export const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1';
export const VALIDATING = `${WEBHOOKS}/validatingwebhookconfigurations/${RELEASE}`;
export const MUTATING = `${WEBHOOKS}/mutatingwebhookconfigurations/${RELEASE}`;

/** A separate namespace, so that nothing else changes its report. */
export const REPORTED = 'reported';
export const REPORT = `/apis/openreports.io/v1alpha1/namespaces/${REPORTED}/reports/zonewise`;

/** Adds a Service with a finding to that namespace. */
export async function addReported({ api }: ControlPlane, name: string): Promise<void> {
  const spec = { selector: { app: 'web' }, ports: [{ port: 80 }] };
  const unused = { internalTrafficPolicy: 'Local', trafficDistribution: 'PreferSameZone' };
  await api.post(`/api/v1/namespaces/${REPORTED}/services`, { metadata: { name }, spec: { ...spec, ...unused } });
}

/** The real Helm as cluster administrator, with a separate home folder. */
export type Helm = (verb: string, ...flags: readonly string[]) => Promise<CommandResult>;

export function createHelm(binary: string, plane: ControlPlane): Helm {
  const kubeconfig = join(plane.folder, 'admin.kubeconfig');
  const env = { ...process.env, HOME: plane.folder, KUBECONFIG: kubeconfig };
  return (verb, ...flags) => runChild(binary, [verb, RELEASE, '--namespace', NAMESPACE, ...flags], { env });
}

/** A chart and values, as flags of `helm install` and `helm upgrade`. */
export function chartFlags(values: Readonly<Record<string, unknown>>, chart = CHART): readonly string[] {
  return [chart, ...valueFlags(values)];
}

/** Writes a kubeconfig with a token of this ServiceAccount, for the API server at `url`. */
export async function accountKubeconfig(plane: ControlPlane, account: string, url: string): Promise<string> {
  const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${account}/token`;
  const issued = (await plane.api.post(path, { spec: { expirationSeconds: 7_200 } })) as { status: { token: string } };
  const file = join(plane.folder, `${account}-at-${new URL(url).port}.kubeconfig`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'e2e', cluster: { server: url, 'certificate-authority': join(plane.folder, 'ca.crt') } }],
    users: [{ name: account, user: { token: issued.status.token } }],
    contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: account } }],
    'current-context': 'e2e',
  };
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

interface Mounted {
  readonly data?: Readonly<Record<string, string>>;
}

/** Writes the data of a ConfigMap or Secret to a folder, as the kubelet mounts it. */
export async function mount(plane: ControlPlane, resource: 'configmaps' | 'secrets', name: string): Promise<string> {
  const folder = join(plane.folder, 'mounted', resource, name);
  await mkdir(folder, { recursive: true });
  const { data = {} } = (await plane.api.get(`/api/v1/namespaces/${NAMESPACE}/${resource}/${name}`)) as Mounted;
  for (const [key, text] of Object.entries(data)) {
    await writeFile(join(folder, key), Buffer.from(text, resource === 'secrets' ? 'base64' : 'utf8'), { mode: 0o600 });
  }
  return folder;
}

/** Arguments of the Deployment's container. */
export async function containerArgs(plane: ControlPlane, deployment: string): Promise<readonly string[]> {
  const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${deployment}`;
  const { spec } = (await plane.api.get(path)) as {
    spec: { template: { spec: { containers: { args: string[] }[] } } };
  };
  return spec.template.spec.containers[0]?.args ?? [];
}

/** All RBAC objects of the release, as stored in the cluster. */
export async function rbacOf(plane: ControlPlane): Promise<readonly Rendered[]> {
  const kinds = ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'].join();
  const labels = 'app.kubernetes.io/name=zonewise';
  const { stdout } = await plane.kubectl(['get', kinds, '-A', '-l', labels, '-o', 'json']);
  return (JSON.parse(stdout) as { items: Rendered[] }).items;
}
