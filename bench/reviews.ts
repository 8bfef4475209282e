import { DAEMON, NAMESPACE } from './topology.ts';

/** The settings of the Service under review, by the findings that they cause. */
export type ReviewScenario = 'plain' | 'nothing' | 'one' | 'many' | 'static';
export type Operation = 'CREATE' | 'UPDATE';

/** The configuration under test fills in defaults in this namespace. */
export const FILLED_NAMESPACE = 'filled';

export interface ReviewInput {
  readonly namespace?: string;
  readonly name: string;
  readonly scenario: ReviewScenario;
  readonly operation: Operation;
  readonly ports?: readonly ServicePort[];
  /** Length of `zonewise.dev/ignore`, the annotation that most rules read. */
  readonly annotationChars?: number;
  /** Ports before an UPDATE; the same as `ports` by default. */
  readonly oldPorts?: readonly ServicePort[];
}

export interface ServicePort {
  readonly name: string;
  readonly port: number;
  readonly targetPort: number | string;
}

/** Text of a review that the generator replaces with a number of the same length, so that reviews differ. */
export const MARKERS = {
  review: '42010a800002',
  object: '0a9d5a2f0f10',
  label: 'b7c1000d4e55',
  port: '47311',
  target: '59183',
} as const;
export type Marker = keyof typeof MARKERS;

const PORTS: readonly ServicePort[] = [{ name: 'http', port: 80, targetPort: 8080 }];

/** The body that the API server would send, managedFields and last-applied annotation included. */
export function reviewBody(input: ReviewInput): Buffer {
  const { namespace = NAMESPACE, name, scenario, operation, ports = PORTS, oldPorts = ports, annotationChars } = input;
  const service = { namespace, name };
  const isUpdate = operation === 'UPDATE';
  const request = {
    uid: `705ab4f5-6393-11e8-b7cc-${MARKERS.review}`,
    kind: { group: '', version: 'v1', kind: 'Service' },
    resource: { group: '', version: 'v1', resource: 'services' },
    requestKind: { group: '', version: 'v1', kind: 'Service' },
    requestResource: { group: '', version: 'v1', resource: 'services' },
    name,
    namespace,
    operation,
    userInfo: { username: 'deployer', groups: ['developers', 'system:authenticated'] },
    object: serviceAsSent(service, ports, withAnnotation(FIELDS[scenario], annotationChars)),
    oldObject: isUpdate ? serviceAsSent(service, oldPorts, {}) : null,
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

function withAnnotation(traffic: Traffic, chars: number | undefined): Traffic {
  if (chars === undefined) return traffic;
  const ignored = { 'zonewise.dev/ignore': 'x,'.repeat(chars / 2), 'zonewise.dev/ignore-reason': 'bench' };
  return { ...traffic, annotations: { ...traffic.annotations, ...ignored } };
}

const FIELDS: Readonly<Record<ReviewScenario, Traffic>> = {
  plain: {},
  nothing: { spec: { trafficDistribution: 'PreferSameZone' } },
  one: { spec: { internalTrafficPolicy: 'Local' } },
  static: { spec: { internalTrafficPolicy: 'Local', trafficDistribution: 'PreferSameZone' } },
  many: {
    annotations: { 'service.kubernetes.io/topology-mode': 'Always', 'zonewise.dev/ignore': 'affinity-with-locality' },
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

/** The Service that a scenario uses by default. */
export function serviceNameOf(scenario: ReviewScenario): string {
  return scenario === 'static' ? DAEMON : 'web-15';
}

function serviceAsSent(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  ports: readonly ServicePort[],
  traffic: Traffic,
): object {
  const labels = { app: name, 'app.kubernetes.io/managed-by': 'kubectl', 'app.kubernetes.io/version': MARKERS.label };
  const metadata = { name, namespace, labels };
  const tcpPorts = ports.map(port => ({ ...port, protocol: 'TCP' }));
  const applied = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector: { app: name }, ports: tcpPorts, ...traffic.spec },
  };
  const managedPorts = ports.map(({ port }) => [
    `k:{"port":${port},"protocol":"TCP"}`,
    { '.': {}, 'f:port': {}, 'f:targetPort': {} },
  ]);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      ...metadata,
      uid: `5e1b0c1e-8d0f-4a0e-9f59-${MARKERS.object}`,
      creationTimestamp: '2026-06-01T12:00:00Z',
      annotations: {
        // The API server limits annotations to 256 KiB.
        ...(ports.length > 1_000
          ? {}
          : { 'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(applied)}\n` }),
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
            'f:spec': { 'f:ports': Object.fromEntries(managedPorts), 'f:selector': {} },
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
      ports: tcpPorts,
      ...traffic.spec,
    },
    status: { loadBalancer: {} },
  };
}
