import type { ApiClient } from './api-client.ts';

const NAMESPACE = 'zonewise-system';
const NAME = 'zonewise';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

// All permissions of the webhook. The suite fails if the product needs another permission.
const CLUSTER_RULES = [
  { apiGroups: [''], resources: ['nodes', 'services', 'namespaces'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
];
const DATA_PLANE_RULES = [
  { apiGroups: ['apps'], resources: ['daemonsets'], resourceNames: ['kube-proxy', 'cilium'], verbs: ['get'] },
  { apiGroups: [''], resources: ['configmaps'], resourceNames: ['kube-proxy', 'cilium-config'], verbs: ['get'] },
];

/** Creates the read-only ServiceAccount of the webhook and returns its token. */
export async function createReader(api: ApiClient): Promise<string> {
  await api.post('/api/v1/namespaces', { metadata: { name: NAMESPACE } });
  await api.post(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, { metadata: { name: NAME } });
  await allow(api, RBAC, 'Cluster', CLUSTER_RULES);
  await allow(api, `${RBAC}/namespaces/kube-system`, '', DATA_PLANE_RULES);
  const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${NAME}/token`;
  const issued = await api.post(path, { spec: { expirationSeconds: 7_200 } });
  return (issued as { status: { token: string } }).status.token;
}

async function allow(api: ApiClient, base: string, scope: 'Cluster' | '', rules: readonly object[]): Promise<void> {
  const metadata = { name: NAME };
  const plural = scope.toLowerCase();
  await api.post(`${base}/${plural}roles`, { metadata, rules });
  await api.post(`${base}/${plural}rolebindings`, {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: `${scope}Role`, name: NAME },
    subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: NAMESPACE }],
  });
}
