import { TOPOLOGY_AWARE_HINTS_ANNOTATION, TOPOLOGY_MODE_ANNOTATION } from './service.ts';
import { NEWEST_KNOWN_MINOR, OLDEST_KNOWN_MINOR } from './version.ts';

/** A JSON Schema, draft-07, as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Title of the schema of values that Go decodes as an int32, as opposed to those that validation accepts. */
export const INT32_TITLE = 'int32';

const NODE_PORT_TYPES = ['NodePort', 'LoadBalancer'];
const STRING: JsonSchema = { type: 'string' };
const BOOLEAN: JsonSchema = { type: 'boolean' };
const INT32: JsonSchema = { title: INT32_TITLE, type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };

/**
 * The traffic fields that the API server of Kubernetes 1.`minor` accepts, as a JSON Schema for a v1 Service after
 * `withTrafficDefaults` and `withoutDroppedTraffic` (pkg/apis/core/validation/validation.go validateService, v1.28.15 to
 * v1.37.1, feature gates at their defaults). `title` and `description` of a schema hold the kind and the text of the
 * error. `const: { $data }` is an Ajv extension: the other annotation's value. A minor outside 28 to 37 is treated as the
 * nearest one.
 */
export function trafficSchema(minor: number): JsonSchema {
  const known = Math.min(Math.max(minor, OLDEST_KNOWN_MINOR), NEWEST_KNOWN_MINOR);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: { metadata: METADATA, spec: specSchema(known) },
  };
}

const METADATA: JsonSchema = {
  type: 'object',
  properties: {
    annotations: {
      type: 'object',
      properties: {
        [TOPOLOGY_AWARE_HINTS_ANNOTATION]: STRING,
        [TOPOLOGY_MODE_ANNOTATION]: {
          type: 'string',
          const: { $data: `1/${TOPOLOGY_AWARE_HINTS_ANNOTATION.replace('/', '~1')}` },
          ...invalid(`must match annotations[${TOPOLOGY_AWARE_HINTS_ANNOTATION}] when both are specified`),
        },
      },
    },
  },
};

function specSchema(minor: number): JsonSchema {
  const distributions = trafficDistributions(minor);
  return {
    type: 'object',
    properties: {
      // Values are listed in the order in which the API server names them.
      type: { type: 'string', enum: ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'] },
      internalTrafficPolicy: { type: 'string', enum: ['Cluster', 'Local'] },
      externalTrafficPolicy: STRING,
      ...(distributions.length > 0 && { trafficDistribution: { type: 'string', enum: distributions } }),
      healthCheckNodePort: INT32,
      externalIPs: { type: 'array', items: { type: ['string', 'null'] } },
      sessionAffinity: { type: 'string', enum: ['ClientIP', 'None'] },
      sessionAffinityConfig: {
        type: 'object',
        properties: { clientIP: { type: 'object', properties: { timeoutSeconds: INT32 } } },
      },
      publishNotReadyAddresses: BOOLEAN,
      allocateLoadBalancerNodePorts: BOOLEAN,
    },
    allOf: [internalPolicy, externalPolicy(minor), healthCheckNodePort, affinity, nodePortAllocation],
  };
}

/** 1.29 and older do not have the field. In 1.30 it is behind a gate and validated only if the old object has it. */
function trafficDistributions(minor: number): readonly string[] {
  if (minor < 30) return [];
  return minor < 34 ? ['PreferClose'] : ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
}

// The field is optional for ExternalName (validateServiceInternalTrafficFieldsValue).
const internalPolicy = when(where({ type: { enum: ['ClusterIP', ...NODE_PORT_TYPES] } }), {
  required: ['internalTrafficPolicy'],
});

/** Since 1.29 external IPs make a ClusterIP Service externally accessible too (pkg/api/service/util.go). */
function externalPolicy(minor: number): JsonSchema {
  const byType = where({ type: { enum: NODE_PORT_TYPES } });
  const byAddress = where({ type: { const: 'ClusterIP' }, externalIPs: { type: 'array', minItems: 1 } });
  const elsewhere =
    minor < 29
      ? "may only be set when `type` is 'NodePort' or 'LoadBalancer'"
      : 'may only be set for externally-accessible services';
  return when(
    minor < 29 ? byType : { anyOf: [byType, byAddress] },
    { required: ['externalTrafficPolicy'], properties: { externalTrafficPolicy: { enum: ['Cluster', 'Local'] } } },
    { properties: { externalTrafficPolicy: absent(invalid(elsewhere)) } },
  );
}

const PORT_RANGE = { minimum: 1, maximum: 65535, ...invalid('must be between 1 and 65535, inclusive') };
const NO_HEALTH_CHECK = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
// Never required, because the API server allocates the port before it validates.
const healthCheckNodePort = when(
  where({ type: { const: 'LoadBalancer' }, externalTrafficPolicy: { const: 'Local' } }),
  { properties: { healthCheckNodePort: PORT_RANGE } },
  { properties: { healthCheckNodePort: absent(invalid(NO_HEALTH_CHECK)) } },
);

const AFFINITY_TIMEOUT = { minimum: 1, maximum: 86400, ...invalid('must be greater than 0 and less than 86400') };
// With None a config is valid, because the API server's defaulting removes it.
const affinity = when(where({ sessionAffinity: { const: 'ClientIP' } }), {
  required: ['sessionAffinityConfig'],
  properties: {
    sessionAffinityConfig: {
      required: ['clientIP'],
      properties: { clientIP: { required: ['timeoutSeconds'], properties: { timeoutSeconds: AFFINITY_TIMEOUT } } },
    },
  },
});

const LOAD_BALANCER_ONLY = { title: 'Forbidden', description: "may only be used when `type` is 'LoadBalancer'" };
const nodePortAllocation = when(
  where({ type: { const: 'LoadBalancer' } }),
  { required: ['allocateLoadBalancerNodePorts'] },
  { properties: { allocateLoadBalancerNodePorts: absent(LOAD_BALANCER_ONLY) } },
);

function when(condition: JsonSchema, consequence: JsonSchema, otherwise: JsonSchema = {}): JsonSchema {
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword
  return { if: condition, then: consequence, else: otherwise };
}

/** Matches objects that have every named property with a matching value. */
function where(properties: JsonSchema): JsonSchema {
  return { required: Object.keys(properties), properties };
}

function absent(error: JsonSchema): JsonSchema {
  return { not: {}, ...error };
}

function invalid(description: string): JsonSchema {
  return { title: 'Invalid value', description };
}
