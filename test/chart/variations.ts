/** Values for rendering and linting the chart and, in the e2e suite, for a real API server. */
export interface Variation {
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Kinds that need third-party CustomResourceDefinitions. */
  readonly foreign?: boolean;
  /** Needs privileges that the restricted Pod standard forbids. */
  readonly unrestricted?: boolean;
}

const ANY_PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

const EXTRAS = {
  extraArgs: ['--kubeconfig=/etc/extra/kubeconfig'],
  extraEnv: [
    { name: 'NODE_OPTIONS', value: '--max-old-space-size=300' },
    { name: 'REGION', valueFrom: { configMapKeyRef: { name: 'api-server-ca', key: 'region' } } },
  ],
  extraVolumes: [{ name: 'extra', emptyDir: {} }],
  extraVolumeMounts: [{ name: 'extra', mountPath: '/etc/extra', readOnly: true }],
};

export const VARIATIONS: readonly Variation[] = [
  { name: 'default values', values: {} },
  { name: 'another name', values: { fullnameOverride: 'traffic-advice', commonLabels: { team: 'platform' } } },
  {
    name: 'an image by its digest, from a registry with pull Secrets',
    values: {
      image: {
        repository: 'registry.internal:5000/mirror/zonewise',
        digest: `sha256:${'a'.repeat(64)}`,
        pullSecrets: ['pull'],
      },
    },
  },
  {
    name: 'another product name and namespace',
    values: { nameOverride: 'traffic-advice', namespaceOverride: 'shop' },
  },
  {
    name: 'annotations on every object',
    values: {
      commonAnnotations: { 'example.com/owner': 'platform', 'helm.sh/hook-weight': 'ours', empty: '' },
      webhooks: { annotations: { 'example.com/reviewed': 'yes' }, objectSelector: { matchLabels: { tier: 'apps' } } },
      config: { defaults: [{ match: {}, set: { trafficDistribution: 'PreferSameZone' } }] },
    },
  },
  {
    name: 'a registry, and pull Secrets under their usual name',
    values: { image: { registry: 'registry.internal:5000' }, imagePullSecrets: [{ name: 'pull' }, 'mirror'] },
  },
  {
    name: 'flags, variables, volumes and an update strategy',
    values: {
      serve: { ...EXTRAS, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } },
      controller: { ...EXTRAS, strategy: { type: 'Recreate' } },
      podSecurityContext: { fsGroup: 65_532 },
      securityContext: { runAsUser: 65_532 },
    },
  },
  {
    name: 'accounts that exist already',
    values: {
      serve: { serviceAccount: { create: false, name: 'reader' } },
      controller: { serviceAccount: { create: false, name: 'writer' } },
    },
  },
  {
    name: 'accounts with names and annotations',
    values: {
      serve: { serviceAccount: { name: 'reader', annotations: { role: 'reader' } } },
      controller: { serviceAccount: { name: 'writer', annotations: { role: 'writer' } } },
    },
  },
  {
    name: 'an autoscaler',
    values: {
      serve: {
        autoscaling: { enabled: true, maxReplicas: 4, behavior: { scaleDown: { stabilizationWindowSeconds: 600 } } },
      },
    },
  },
  {
    name: 'a full configuration with defaults',
    values: {
      config: {
        rules: { 'endpoint-overload': { level: 'deny', threshold: 3 }, 'affinity-with-locality': 'off' },
        overrides: [{ match: { namespaces: ['dev-*'] }, rules: { 'local-policy-uncovered-nodes': 'info' } }],
        defaults: [{ match: { types: ['ClusterIP'] }, set: { trafficDistribution: 'PreferSameZone' } }],
        dataplane: 'kube-proxy',
        clientNodes: { minAge: '5m', selector: 'pool=apps' },
        names: 'counts-only',
        annotationsMaySilenceDeny: true,
        audit: { debounce: '5s', listen: '', reports: { kind: 'Report', minLevel: 'warn', maxResults: 100 } },
        page: { listen: '127.0.0.1:8082' },
        serving: { drainDelay: '10s', maxConcurrent: 64 },
      },
    },
  },
  {
    name: 'webhooks that refuse, in chosen namespaces',
    values: {
      config: { defaults: [{ match: {}, set: { internalTrafficPolicy: 'Local' }, overApiDefault: true }] },
      webhooks: {
        failurePolicy: 'Fail',
        timeoutSeconds: 5,
        excludedNamespaces: ['kube-system', 'monitoring'],
        namespaceSelector: {
          matchLabels: { tier: 'apps' },
          matchExpressions: [{ key: 'zonewise', operator: 'NotIn', values: ['off'] }],
        },
        matchConditions: [{ name: 'not-by-argo', expression: "request.userInfo.username != 'argo'" }],
      },
    },
  },
  { name: 'reviews of workloads', values: { config: { workloads: { enabled: true } } } },
  {
    name: 'reviews of workloads that deny, with a condition and all other webhooks',
    values: {
      config: {
        workloads: { enabled: true, deny: true },
        defaults: [{ match: {}, set: { trafficDistribution: 'PreferSameZone' } }],
      },
      webhooks: {
        failurePolicy: 'Fail',
        objectSelector: { matchLabels: { tier: 'apps' } },
        namespaceSelector: { matchLabels: { tier: 'apps' } },
        workloads: {
          timeoutSeconds: 2,
          controllers: true,
          matchConditions: [{ name: 'not-by-argo', expression: "request.userInfo.username != 'argo'" }],
        },
      },
    },
  },
  {
    name: 'every setting of a Pod',
    values: {
      config: { serving: { clientNames: ['kube-apiserver'] } },
      serve: {
        replicas: 3,
        port: 10_250,
        clientCAConfigMap: 'api-server-ca',
        podDisruptionBudget: { maxUnavailable: '50%' },
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {} },
        ],
        affinity: { nodeAffinity: {} },
        priorityClassName: 'system-cluster-critical',
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        tolerations: [{ key: 'dedicated', operator: 'Exists' }],
        podAnnotations: { note: 'seen' },
        podLabels: { team: 'platform' },
        serviceAccountAnnotations: { role: 'reader' },
        resources: { requests: { cpu: '1' }, limits: { memory: '2Gi' } },
      },
      controller: {
        replicas: 2,
        tolerations: [{ operator: 'Exists' }],
        nodeSelector: { pool: 'system' },
        priorityClassName: 'system-cluster-critical',
        podAnnotations: { note: 'seen' },
        podLabels: { team: 'platform' },
        serviceAccountAnnotations: { role: 'writer' },
        affinity: { nodeAffinity: {} },
        resources: { limits: { memory: '300M' } },
      },
    },
  },
  { name: 'the network of the Node', values: { serve: { hostNetwork: true } }, unrestricted: true },
  {
    name: 'a strict network',
    values: {
      networkPolicy: {
        webhookFrom: [{ ipBlock: { cidr: '10.0.0.1/32' } }],
        opsFrom: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
        restrictEgress: true,
        apiServerPorts: [6443],
        apiServerCIDRs: ['10.0.0.1/32', 'fd00::1/128'],
      },
    },
  },
  {
    name: 'a certificate from an existing Secret',
    values: { certificates: { mode: 'existing-secret', secret: 'corporate' } },
  },
  {
    name: 'an existing Secret without its CA, and no controller',
    values: {
      certificates: { mode: 'existing-secret', secret: 'corporate', caBundle: ANY_PEM },
      controller: { replicas: 0 },
    },
  },
  {
    name: 'as little as possible',
    values: {
      networkPolicy: { enabled: false },
      serve: { replicas: 1, podDisruptionBudget: { enabled: false } },
      cleanup: { enabled: false },
    },
  },
  { name: 'a dashboard', values: { monitoring: { dashboard: { enabled: true } } } },
  { name: 'cert-manager with a CA of its own', values: { certificates: { mode: 'cert-manager' } }, foreign: true },
  {
    name: 'cert-manager with an issuer',
    values: {
      certificates: {
        mode: 'cert-manager',
        issuerRef: { name: 'corporate', kind: 'ClusterIssuer', group: 'cert-manager.io' },
      },
      controller: { replicas: 0 },
      config: { defaults: [{ match: {}, set: { trafficDistribution: 'PreferSameZone' } }] },
    },
    foreign: true,
  },
  {
    name: 'the Prometheus operator',
    values: {
      monitoring: {
        serviceMonitor: { enabled: true, interval: '1m', labels: { release: 'prometheus' } },
        prometheusRule: { enabled: true, labels: { release: 'prometheus' } },
      },
    },
    foreign: true,
  },
];
