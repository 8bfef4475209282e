import { CONFIG_SCHEMA } from '../src/config/schema.ts';

/** A JSON Schema, draft-07, as plain data. */
type Schema = Readonly<Record<string, unknown>>;

const STRING: Schema = { type: 'string' };
const BOOLEAN: Schema = { type: 'boolean' };
const ANY_OBJECT: Schema = { type: 'object' };
const OBJECTS: Schema = { type: 'array', items: ANY_OBJECT };
const NAMED_OBJECTS: Schema = {
  type: 'array',
  items: { ...ANY_OBJECT, required: ['name'], properties: { name: { type: 'string', minLength: 1 } } },
};
const STRING_MAP: Schema = { type: 'object', additionalProperties: STRING };
const NAME: Schema = { type: 'string', pattern: '^$|^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$' };
const PORT: Schema = { type: 'integer', minimum: 1, maximum: 65_535 };
/** A duration that Go and zonewise parse; cert-manager requires at least an hour. */
const VALIDITY: Schema = { type: 'string', pattern: '^[1-9]\\d*h$' };

function closed(properties: Readonly<Record<string, Schema>>, more: Schema = {}): Schema {
  return { type: 'object', additionalProperties: false, properties, ...more };
}

/** `config` of the values: the configuration file without the parts that the chart writes. */
function configSchema(): Schema {
  const { apiVersion: _a, kind: _k, certificates: _c, webhooks: _w, ...properties } = CONFIG_SCHEMA.properties;
  const { clientCA: _, ...serving } = properties.serving.properties;
  return closed({ ...properties, audit: auditSchema(), serving: closed(serving) });
}

/** The chart names the reports and their owner after the release. */
function auditSchema(): Schema {
  const { reports, ...audit } = CONFIG_SCHEMA.properties.audit.properties;
  const { name: _n, owner: _o, ...settings } = reports.properties;
  return closed({ ...audit, reports: closed(settings) });
}

const REFERENCED: Schema = {
  oneOf: [{ ...NAME, minLength: 1 }, closed({ name: { ...NAME, minLength: 1 } }, { required: ['name'] })],
};

const IMAGE = closed({
  registry: { type: 'string', pattern: '^$|^[^\\s@]*[^\\s@/]$' },
  repository: { type: 'string', minLength: 1, pattern: '^[^\\s@]+$' },
  tag: { type: 'string', pattern: '^[\\w][\\w.-]{0,127}$|^$' },
  digest: { type: 'string', pattern: '^$|^sha256:[0-9a-f]{64}$' },
  pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] },
  pullSecrets: { type: 'array', items: NAME },
});

const ISSUER = closed({ name: NAME, kind: { enum: ['Issuer', 'ClusterIssuer'] }, group: STRING });

const CERTIFICATES = closed(
  {
    mode: { enum: ['self-managed', 'cert-manager', 'existing-secret'] },
    secret: NAME,
    leafValidity: VALIDITY,
    caValidity: VALIDITY,
    caBundle: { type: 'string', pattern: '^$|^\\s*-----BEGIN CERTIFICATE-----' },
    issuerRef: ISSUER,
  },
  {
    if: { properties: { mode: { const: 'existing-secret' } }, required: ['mode'] },
    // biome-ignore lint/suspicious/noThenProperty: keyword of JSON Schema
    then: { properties: { secret: { minLength: 1 } }, required: ['secret'] },
    else: { properties: { caBundle: { const: '' } } },
  },
);

const SELECTOR = closed({ matchLabels: STRING_MAP, matchExpressions: OBJECTS });

const TIMEOUT_SECONDS: Schema = { type: 'integer', minimum: 1, maximum: 30 };
const MATCH_CONDITIONS: Schema = {
  type: 'array',
  items: closed(
    { name: { ...NAME, minLength: 1 }, expression: { type: 'string', minLength: 1 } },
    { required: ['name', 'expression'] },
  ),
};

const WEBHOOKS = closed({
  failurePolicy: { enum: ['Ignore', 'Fail'] },
  timeoutSeconds: TIMEOUT_SECONDS,
  excludedNamespaces: { type: 'array', items: { ...NAME, minLength: 1 } },
  namespaceSelector: SELECTOR,
  objectSelector: SELECTOR,
  annotations: STRING_MAP,
  matchConditions: MATCH_CONDITIONS,
  workloads: closed({ timeoutSeconds: TIMEOUT_SECONDS, controllers: BOOLEAN, matchConditions: MATCH_CONDITIONS }),
});

/** Memory requires a limit. CPU must have none: a throttled webhook delays `kubectl apply`. */
const RESOURCES = closed(
  {
    requests: ANY_OBJECT,
    limits: closed({ memory: { type: 'string', minLength: 2 }, 'ephemeral-storage': STRING }, { required: ['memory'] }),
  },
  { required: ['limits'] },
);

const PROCESS = {
  resources: RESOURCES,
  terminationGracePeriodSeconds: { type: 'integer', minimum: 1 },
  affinity: ANY_OBJECT,
  priorityClassName: NAME,
  nodeSelector: STRING_MAP,
  tolerations: OBJECTS,
  podAnnotations: STRING_MAP,
  podLabels: STRING_MAP,
  strategy: closed({ type: { enum: ['RollingUpdate', 'Recreate'] }, rollingUpdate: ANY_OBJECT }),
  extraArgs: { type: 'array', items: { type: 'string', minLength: 1 } },
  extraEnv: NAMED_OBJECTS,
  extraVolumes: NAMED_OBJECTS,
  extraVolumeMounts: NAMED_OBJECTS,
  serviceAccount: closed({ create: BOOLEAN, name: NAME, annotations: STRING_MAP }),
  serviceAccountAnnotations: STRING_MAP,
};

const AUTOSCALING = closed({
  enabled: BOOLEAN,
  minReplicas: { type: 'integer', minimum: 1 },
  maxReplicas: { type: 'integer', minimum: 1 },
  targetCPU: { type: 'string', pattern: '^[1-9]\\d*m?$' },
  metrics: OBJECTS,
  behavior: ANY_OBJECT,
});

const SERVE = closed({
  replicas: { type: 'integer', minimum: 1 },
  autoscaling: AUTOSCALING,
  // 8080 is the operations port.
  port: { ...PORT, not: { const: 8080 } },
  hostNetwork: BOOLEAN,
  clientCAConfigMap: NAME,
  podDisruptionBudget: closed({
    enabled: BOOLEAN,
    maxUnavailable: {
      oneOf: [
        { type: 'integer', minimum: 1 },
        { type: 'string', pattern: '^[1-9]\\d?%$' },
      ],
    },
  }),
  topologySpreadConstraints: OBJECTS,
  ...PROCESS,
});

const CONTROLLER = closed({
  replicas: { type: 'integer', minimum: 0, maximum: 2 },
  admissionPolicies: BOOLEAN,
  ...PROCESS,
});

const NETWORK_POLICY = closed({
  enabled: BOOLEAN,
  webhookFrom: OBJECTS,
  opsFrom: OBJECTS,
  restrictEgress: BOOLEAN,
  apiServerPorts: { type: 'array', items: PORT, minItems: 1 },
  apiServerCIDRs: { type: 'array', items: { type: 'string', pattern: '^[0-9a-fA-F.:]+/\\d{1,3}$' } },
});

const MONITORING = closed({
  serviceMonitor: closed({
    enabled: BOOLEAN,
    interval: { type: 'string', pattern: '^\\d+(s|m)$' },
    labels: STRING_MAP,
  }),
  prometheusRule: closed({ enabled: BOOLEAN, labels: STRING_MAP }),
  dashboard: closed({ enabled: BOOLEAN, labels: STRING_MAP }),
});

/** Self-managed certificates need a controller. */
const CONTROLLER_NEEDED = {
  if: { properties: { certificates: { properties: { mode: { const: 'self-managed' } } } } },
  // biome-ignore lint/suspicious/noThenProperty: keyword of JSON Schema
  then: { properties: { controller: { properties: { replicas: { minimum: 1 } } } } },
};

/** JSON Schema of the chart's values; `charts/generate.ts` writes it to values.schema.json. */
export function valuesSchema(): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the zonewise chart',
    ...closed({
      fullnameOverride: { ...NAME, maxLength: 40 },
      nameOverride: { ...NAME, maxLength: 30 },
      namespaceOverride: { ...NAME, maxLength: 63 },
      commonLabels: STRING_MAP,
      commonAnnotations: STRING_MAP,
      imagePullSecrets: { type: 'array', items: REFERENCED },
      podSecurityContext: ANY_OBJECT,
      securityContext: ANY_OBJECT,
      image: IMAGE,
      config: configSchema(),
      certificates: CERTIFICATES,
      webhooks: WEBHOOKS,
      serve: SERVE,
      controller: CONTROLLER,
      networkPolicy: NETWORK_POLICY,
      monitoring: MONITORING,
      cleanup: closed({ enabled: BOOLEAN }),
      // Helm adds it to the values of a subchart.
      global: ANY_OBJECT,
    }),
    ...CONTROLLER_NEEDED,
  };
}
