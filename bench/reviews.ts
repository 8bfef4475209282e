import { DAEMON, NAMESPACE } from './topology.ts';

/** What is asked, by what it is about. */
export type Question = 'plain' | 'nothing' | 'one' | 'many' | 'static';
export type Operation = 'CREATE' | 'UPDATE';

/** Where the configuration under test fills in defaults. */
export const FILLED_NAMESPACE = 'filled';

export interface Asked {
  readonly namespace?: string;
  readonly name: string;
  readonly question: Question;
  readonly operation: Operation;
}

/** Twelve digits of the review's uid and of its object's, which the generator counts on: no two reviews have the first alike. */
export const REVIEW_NUMBER = '42010a800002';
export const OBJECT_NUMBER = '0a9d5a2f0f10';

/** The body that the API server would send, managedFields and last-applied annotation included. */
export function reviewBody({ namespace = NAMESPACE, name, question, operation }: Asked): Buffer {
  const service = { namespace, name };
  const object = serviceAsSent(service, FIELDS[question]);
  const isUpdate = operation === 'UPDATE';
  const request = {
    uid: `705ab4f5-6393-11e8-b7cc-${REVIEW_NUMBER}`,
    kind: { group: '', version: 'v1', kind: 'Service' },
    resource: { group: '', version: 'v1', resource: 'services' },
    requestKind: { group: '', version: 'v1', kind: 'Service' },
    requestResource: { group: '', version: 'v1', resource: 'services' },
    name,
    namespace,
    operation,
    userInfo: { username: 'deployer', groups: ['developers', 'system:authenticated'] },
    object,
    oldObject: isUpdate ? serviceAsSent(service, {}) : null,
    dryRun: false,
    options: {
      kind: isUpdate ? 'UpdateOptions' : 'CreateOptions',
      apiVersion: 'meta.k8s.io/v1',
      fieldManager: 'kubectl',
    },
  };
  return Buffer.from(JSON.stringify({ kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', request }));
}

interface Traffic {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

const FIELDS: Readonly<Record<Question, Traffic>> = {
  plain: {},
  nothing: { spec: { trafficDistribution: 'PreferSameZone' } },
  one: { spec: { internalTrafficPolicy: 'Local' } },
  static: { spec: { internalTrafficPolicy: 'Local', trafficDistribution: 'PreferSameZone' } },
  many: {
    annotations: { 'service.kubernetes.io/topology-mode': 'Always', 'zonewise.dev/ignore': 'no-such-rule' },
    spec: {
      type: 'LoadBalancer',
      allocateLoadBalancerNodePorts: true,
      internalTrafficPolicy: 'Local',
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 31_000,
      publishNotReadyAddresses: true,
      trafficDistribution: 'PreferSameZone',
      topologyKeys: ['kubernetes.io/hostname'],
    },
  },
};

/** The name of the Service that a question is about where none is given. */
export function subjectOf(question: Question): string {
  return question === 'static' ? DAEMON : 'web-15';
}

function serviceAsSent({ namespace, name }: { namespace: string; name: string }, traffic: Traffic): object {
  const metadata = { name, namespace, labels: { app: name, 'app.kubernetes.io/managed-by': 'kubectl' } };
  const ports = [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080 }];
  const applied = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector: { app: name }, ports, ...traffic.spec },
  };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      ...metadata,
      uid: `5e1b0c1e-8d0f-4a0e-9f59-${OBJECT_NUMBER}`,
      creationTimestamp: '2026-06-01T12:00:00Z',
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(applied)}\n`,
        ...traffic.annotations,
      },
      managedFields: [
        {
          manager: 'kubectl',
          operation: 'Apply',
          apiVersion: 'v1',
          time: '2026-06-01T12:00:00Z',
          fieldsType: 'FieldsV1',
          fieldsV1: {
            'f:metadata': { 'f:labels': { 'f:app': {}, 'f:app.kubernetes.io/managed-by': {} } },
            'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } }, 'f:selector': {} },
          },
        },
      ],
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.7',
      clusterIPs: ['10.96.0.7'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
      sessionAffinity: 'None',
      selector: { app: name },
      ports,
      ...traffic.spec,
    },
    status: { loadBalancer: {} },
  };
}
