import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApiClient } from './api-client.ts';
import type { ControlPlane } from './control-plane.ts';
import { freePorts } from './ports.ts';
import { type ServiceProcess, serviceProcess } from './service-process.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ACCOUNT = 'keeper';

/** Environment and settings of a controller. */
export interface Installation {
  readonly namespace: string;
  /** Names of both webhook configurations. */
  readonly webhooks: string;
  /** Durations in the format of the configuration file. */
  readonly leafValidity: string;
  readonly caValidity: string;
}

export interface ControllerProcess extends ServiceProcess {
  readonly metrics: () => Promise<string>;
}

/** Creates the namespace and an account with only the permissions for certificates. Returns a kubeconfig for it. */
export async function createKeeper(plane: ControlPlane, { namespace, webhooks }: Installation): Promise<string> {
  const { api } = plane;
  await api.post('/api/v1/namespaces', { metadata: { name: namespace } });
  await api.post(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: ACCOUNT } });
  await allow(api, `${RBAC}/namespaces/${namespace}`, { kind: 'Role', name: ACCOUNT, namespace }, [
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: ['zonewise-controller'],
      verbs: ['get', 'update'],
    },
    { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
    {
      apiGroups: [''],
      resources: ['secrets'],
      resourceNames: ['zonewise-ca', 'zonewise-tls'],
      verbs: ['get', 'update'],
    },
  ]);
  await allow(api, RBAC, { kind: 'ClusterRole', name: `${ACCOUNT}-of-${namespace}`, namespace }, [
    {
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'],
      resourceNames: [webhooks],
      verbs: ['get', 'update'],
    },
  ]);
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${ACCOUNT}/token`;
  const issued = (await api.post(path, { spec: { expirationSeconds: 7_200 } })) as { status: { token: string } };
  return plane.writeKubeconfig(`${ACCOUNT}-${namespace}`, issued.status.token);
}

/** `zonewise controller` as a separate process, not yet started. */
export async function controllerProcess(
  plane: ControlPlane,
  installation: Installation,
  at: { readonly name: string; readonly kubeconfig: string },
): Promise<ControllerProcess> {
  const { namespace, webhooks, leafValidity, caValidity } = installation;
  const [opsPort = 0] = await freePorts(1);
  const config = join(plane.folder, `${namespace}.yaml`);
  await writeFile(
    config,
    `apiVersion: zonewise.dev/v1alpha1
kind: Config
certificates: { leafValidity: ${leafValidity}, caValidity: ${caValidity} }
webhooks: { validating: ${webhooks}, mutating: ${webhooks} }
audit: { listen: "" }
`,
  );
  const process_ = serviceProcess({
    name: `zonewise controller ${at.name}`,
    command: process.execPath,
    args: [MAIN, 'controller', '--config', config, '--kubeconfig', at.kubeconfig, '--ops-port', String(opsPort)],
    env: { POD_NAMESPACE: namespace },
    log: join(plane.folder, `controller-${namespace}-${at.name}.log`),
    isReady: async () => (await fetch(`http://127.0.0.1:${opsPort}/readyz`)).ok,
  });
  return { ...process_, metrics: async () => (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text() };
}

async function allow(
  api: ApiClient,
  base: string,
  role: { readonly kind: 'Role' | 'ClusterRole'; readonly name: string; readonly namespace: string },
  rules: readonly object[],
): Promise<void> {
  const { kind, name, namespace } = role;
  const plural = kind.toLowerCase();
  const metadata = { name };
  await api.post(`${base}/${plural}s`, { metadata, rules });
  await api.post(`${base}/${plural}bindings`, {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
    subjects: [{ kind: 'ServiceAccount', name: ACCOUNT, namespace }],
  });
}
