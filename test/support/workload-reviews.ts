/* AdmissionReviews of workloads, Pods and Nodes in the form in which an API server of 1.37 sends them. */

interface ReviewFields {
  readonly resource: readonly [group: string, version: string, resource: string];
  readonly kind: readonly [group: string, version: string, kind: string];
  readonly subResource?: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly name: string;
  readonly namespace?: string;
  readonly object?: object | null;
  readonly oldObject?: object | null;
  readonly options?: object;
  readonly dryRun?: boolean;
}

export function workloadReview(fields: ReviewFields) {
  const { resource, kind, subResource, operation, name, namespace, object = null, oldObject = null } = fields;
  const [group, version, plural] = resource;
  const optionsKind = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions' }[operation];
  const gvk = { group: kind[0], version: kind[1], kind: kind[2] };
  const gvr = { group, version, resource: plural };
  const sub = subResource === undefined ? {} : { subResource, requestSubResource: subResource };
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: '5d4f0a4e-6f1b-4c83-9e0e-0b8f4c6c2f11',
      kind: gvk,
      resource: gvr,
      ...sub,
      requestKind: gvk,
      requestResource: gvr,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      operation,
      userInfo: { username: 'kubernetes-admin', groups: ['kubeadm:cluster-admins', 'system:authenticated'] },
      object,
      oldObject,
      dryRun: fields.dryRun ?? false,
      options: { kind: optionsKind, apiVersion: 'meta.k8s.io/v1', ...fields.options },
    },
  };
}

const PLURALS = { Deployment: 'deployments', StatefulSet: 'statefulsets', DaemonSet: 'daemonsets' } as const;
type Kind = keyof typeof PLURALS;

/** `kubectl scale`, or an autoscaler. A Scale leaves out replicas of 0. */
export function scaleReview(
  kind: Kind,
  name: string,
  { from, to, app = name }: { readonly from: number; readonly to: number; readonly app?: string },
) {
  const scale = (replicas: number) => ({
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace: 'default', uid: 'a3a8c5f0-7a4d-4be3-a2a5-0d0f8a2f5e10', resourceVersion: '4711' },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: from, selector: `app=${app}` },
  });
  return workloadReview({
    resource: ['apps', 'v1', PLURALS[kind]],
    kind: ['autoscaling', 'v1', 'Scale'],
    subResource: 'scale',
    operation: 'UPDATE',
    name,
    namespace: 'default',
    object: scale(to),
    oldObject: scale(from),
    options: { fieldManager: 'kubectl' },
  });
}

/** The object of a workload called web, with another spec and Pod spec. */
export function workload(kind: Kind, { spec = {}, podSpec = {}, labels = { app: 'web' } }: WorkloadFields = {}) {
  const replicas = kind === 'DaemonSet' ? {} : { replicas: 3 };
  return {
    kind,
    apiVersion: 'apps/v1',
    metadata: { name: 'web', namespace: 'default', generation: 1, labels: { app: 'web' } },
    spec: {
      ...replicas,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { creationTimestamp: null, labels },
        spec: {
          containers: [
            { name: 'web', image: 'example/web:1', ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }] },
          ],
          restartPolicy: 'Always',
          schedulerName: 'default-scheduler',
          ...podSpec,
        },
      },
      ...(kind === 'Deployment' && {
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      }),
      ...spec,
    },
    status: {},
  };
}

interface WorkloadFields {
  readonly spec?: object;
  readonly podSpec?: object;
  readonly labels?: Readonly<Record<string, string>>;
}

export function updateReview(kind: Kind, before: WorkloadFields, after: WorkloadFields) {
  return workloadReview({
    resource: ['apps', 'v1', PLURALS[kind]],
    kind: ['apps', 'v1', kind],
    operation: 'UPDATE',
    name: 'web',
    namespace: 'default',
    object: workload(kind, after),
    oldObject: workload(kind, before),
    options: { fieldManager: 'kubectl-client-side-apply' },
  });
}

export function deleteReview(kind: Kind, options: object = { propagationPolicy: 'Background' }) {
  return workloadReview({
    resource: ['apps', 'v1', PLURALS[kind]],
    kind: ['apps', 'v1', kind],
    operation: 'DELETE',
    name: 'web',
    namespace: 'default',
    oldObject: workload(kind),
    options,
  });
}

export function evictionReview(pod: string) {
  return workloadReview({
    resource: ['', 'v1', 'pods'],
    kind: ['policy', 'v1', 'Eviction'],
    subResource: 'eviction',
    operation: 'CREATE',
    name: pod,
    namespace: 'default',
    object: {
      kind: 'Eviction',
      apiVersion: 'policy/v1',
      metadata: { name: pod, namespace: 'default', creationTimestamp: null },
      deleteOptions: {},
    },
  });
}

/** `kubectl cordon`, also as the first step of a drain. */
export function cordonReview(name: string, { from = false, to = true } = {}) {
  const node = (unschedulable: boolean) => ({
    kind: 'Node',
    apiVersion: 'v1',
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
    spec: { podCIDR: '10.1.0.0/24', ...(unschedulable && { unschedulable }) },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
  return workloadReview({
    resource: ['', 'v1', 'nodes'],
    kind: ['', 'v1', 'Node'],
    operation: 'UPDATE',
    name,
    object: node(to),
    oldObject: node(from),
    options: { fieldManager: 'kubectl-cordon' },
  });
}
