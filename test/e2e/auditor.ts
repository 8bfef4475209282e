import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ControlPlane } from './control-plane.ts';
import { freePorts } from './ports.ts';
import { type ServiceProcess, serviceProcess } from './service-process.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const HOST = '127.0.0.1';
export const NAMESPACE = 'zonewise-audited';
const ACCOUNT = 'auditor';

// All permissions of the audit, and the Lease. The cases fail if the product needs another permission.
const CLUSTER_RULES = [
  { apiGroups: [''], resources: ['nodes', 'services', 'namespaces'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['services'], verbs: ['get'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
];
const OWN_RULES = [
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
  {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    resourceNames: ['zonewise-controller'],
    verbs: ['get', 'update'],
  },
  { apiGroups: [''], resources: ['configmaps'], verbs: ['create'] },
  { apiGroups: [''], resources: ['configmaps'], resourceNames: ['zonewise-audit'], verbs: ['get', 'update'] },
];
const DATA_PLANE_RULES = [
  { apiGroups: ['apps'], resources: ['daemonsets'], resourceNames: ['kube-proxy', 'cilium'], verbs: ['get'] },
  { apiGroups: [''], resources: ['configmaps'], resourceNames: ['kube-proxy', 'cilium-config'], verbs: ['get'] },
];

/** Installs the audit only: namespace and account. Returns a kubeconfig for the account. */
export async function createAuditor(plane: ControlPlane): Promise<string> {
  const { api } = plane;
  await api.post('/api/v1/namespaces', { metadata: { name: NAMESPACE } });
  await api.post(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, { metadata: { name: ACCOUNT } });
  await allow(plane, RBAC, 'ClusterRole', CLUSTER_RULES);
  await allow(plane, `${RBAC}/namespaces/${NAMESPACE}`, 'Role', OWN_RULES);
  await allow(plane, `${RBAC}/namespaces/kube-system`, 'Role', DATA_PLANE_RULES);
  const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${ACCOUNT}/token`;
  const issued = (await api.post(path, { spec: { expirationSeconds: 7_200 } })) as { status: { token: string } };
  return plane.writeKubeconfig(ACCOUNT, issued.status.token);
}

export interface Auditor extends ServiceProcess {
  /** Undefined while it is not the leader. */
  readonly findings: (query?: string) => Promise<FindingsAnswer | undefined>;
  readonly metrics: () => Promise<string>;
}

export interface FindingsAnswer {
  readonly items: readonly { readonly rule: string; readonly since: string; readonly nodes: readonly string[] }[];
}

export interface AuditorSettings {
  readonly nodeFlags?: readonly string[];
  /** `audit.reports` of the configuration. */
  readonly reports?: object;
}

/** `zonewise controller` as a separate process, not yet started. */
export async function auditorProcess(
  plane: ControlPlane,
  name: string,
  kubeconfig: string,
  { nodeFlags = [], reports = {} }: AuditorSettings = {},
): Promise<Auditor> {
  const [opsPort = 0, findingsPort = 0] = await freePorts(2);
  const config = join(plane.folder, `auditor-${name}.yaml`);
  await writeFile(
    config,
    `apiVersion: zonewise.dev/v1alpha1
kind: Config
# Nodes are born together with the run here.
clientNodes: { minAge: 0s }
certificates: { mode: existing-secret }
audit: { listen: "${HOST}:${findingsPort}", reports: ${JSON.stringify(reports)} }
`,
  );
  const process_ = serviceProcess({
    name: `zonewise controller ${name}`,
    command: process.execPath,
    args: [
      ...nodeFlags,
      MAIN,
      'controller',
      '--config',
      config,
      '--kubeconfig',
      kubeconfig,
      '--ops-port',
      String(opsPort),
    ],
    env: { POD_NAMESPACE: NAMESPACE },
    log: join(plane.folder, `auditor-${name}.log`),
    isReady: async () => (await fetch(`http://${HOST}:${opsPort}/readyz`)).ok,
  });
  return {
    ...process_,
    findings: async (query = '') => {
      const answer = await fetch(`http://${HOST}:${findingsPort}/findings${query}`).catch(() => undefined);
      return answer?.ok ? ((await answer.json()) as FindingsAnswer) : undefined;
    },
    metrics: async () => (await fetch(`http://${HOST}:${opsPort}/metrics`)).text(),
  };
}

/** Grants the account reports of this kind, by a ClusterRole of this name that owns them, as the chart does. */
export function allowReports(plane: ControlPlane, owner: string, { group, plural }: { group: string; plural: string }) {
  const reports = { apiGroups: [group], resources: [plural] };
  return allow(
    plane,
    RBAC,
    'ClusterRole',
    [
      { ...reports, verbs: ['create'] },
      { ...reports, resourceNames: ['zonewise'], verbs: ['get', 'list', 'update', 'delete'] },
      { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], resourceNames: [owner], verbs: ['get'] },
    ],
    owner,
  );
}

async function allow(
  { api }: ControlPlane,
  base: string,
  kind: 'Role' | 'ClusterRole',
  rules: readonly object[],
  name = ACCOUNT,
): Promise<void> {
  const metadata = { name };
  await api.post(`${base}/${kind.toLowerCase()}s`, { metadata, rules });
  await api.post(`${base}/${kind.toLowerCase()}bindings`, {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
    subjects: [{ kind: 'ServiceAccount', name: ACCOUNT, namespace: NAMESPACE }],
  });
}
