import type { RawObject } from './raw.ts';
import { asObject, isObject } from './raw.ts';

/** `DefaultClientIPServiceAffinitySeconds` (k8s.io/api core/v1): three hours. */
const DEFAULT_AFFINITY_TIMEOUT_SECONDS = 10800;

/**
 * A copy of a raw v1 Service with the traffic fields as the API server of Kubernetes 1.`minor` defaults them: null and
 * empty values are removed, defaults are set (pkg/apis/core/v1/defaults.go SetDefaults_Service, v1.37.1). Values of a
 * wrong type are kept.
 */
export function withTrafficDefaults(raw: RawObject, minor: number): RawObject {
  const spec = raw['spec'] ?? {};
  return {
    ...raw,
    metadata: withoutNullAnnotations(raw['metadata'] ?? {}),
    spec: isObject(spec) ? defaultSpec(spec, minor) : spec,
  };
}

/**
 * A copy without the fields that the API server drops before validation: one behind a gate, and on an update those that
 * the new type does not use and that are unchanged (pkg/registry/core/service/strategy.go dropServiceDisabledFields,
 * v1.30.14; dropTypeDependentFields, v1.37.1). Both Services must have their defaults; `old` is `null` on CREATE.
 */
export function withoutDroppedTraffic(service: RawObject, minor: number, old: RawObject | null): RawObject {
  if (!isObject(service['spec'])) return service;
  const before = asObject(old?.['spec']);
  const spec = withoutGated(service['spec'], minor, before);
  return { ...service, spec: old ? withoutUnused(spec, minor, before) : spec };
}

/** True if the API server allocates a health check port for this spec, which must have its defaults. */
export function needsHealthCheckPort(spec: RawObject): boolean {
  return spec['type'] === 'LoadBalancer' && spec['externalTrafficPolicy'] === 'Local';
}

/** True if that version treats the Service as externally accessible: external IPs of ClusterIP count since 1.29. */
function isAccessible(spec: RawObject, minor: number): boolean {
  const { type, externalIPs } = spec;
  if (type === 'LoadBalancer' || type === 'NodePort') return true;
  return minor >= 29 && type === 'ClusterIP' && Array.isArray(externalIPs) && externalIPs.length > 0;
}

function defaultSpec(given: RawObject, minor: number): RawObject {
  const spec: Record<string, unknown> = withoutNulls(given);
  for (const field of ['type', 'sessionAffinity', 'externalTrafficPolicy']) if (spec[field] === '') delete spec[field];
  if (spec['healthCheckNodePort'] === 0) delete spec['healthCheckNodePort'];
  spec['type'] ??= 'ClusterIP';
  spec['sessionAffinity'] ??= 'None';
  const config = spec['sessionAffinityConfig'];
  if (config !== undefined || spec['sessionAffinity'] === 'ClientIP')
    spec['sessionAffinityConfig'] = defaultAffinity(config ?? {});
  if (isAccessible(spec, minor)) spec['externalTrafficPolicy'] ??= 'Cluster';
  if (['ClusterIP', 'NodePort', 'LoadBalancer'].includes(String(spec['type'])))
    spec['internalTrafficPolicy'] ??= 'Cluster';
  if (spec['type'] === 'LoadBalancer') spec['allocateLoadBalancerNodePorts'] ??= true;
  return spec;
}

function defaultAffinity(config: unknown): unknown {
  if (!isObject(config)) return config;
  const clientIP = config['clientIP'] ?? {};
  if (!isObject(clientIP)) return config;
  return {
    ...config,
    clientIP: { ...clientIP, timeoutSeconds: clientIP['timeoutSeconds'] ?? DEFAULT_AFFINITY_TIMEOUT_SECONDS },
  };
}

function withoutGated(spec: RawObject, minor: number, before: RawObject): RawObject {
  // The decoder runs first, so a value that is not a string is still rejected.
  const dropped = minor === 30 && typeof spec['trafficDistribution'] === 'string' && !('trafficDistribution' in before);
  if (!dropped) return spec;
  const { trafficDistribution: _, ...rest } = spec;
  return rest;
}

function withoutUnused(given: RawObject, minor: number, before: RawObject): RawObject {
  const spec: Record<string, unknown> = { ...given };
  const unchanged = (field: string) => spec[field] === before[field];
  if (needsHealthCheckPort(before) && !needsHealthCheckPort(spec)) {
    // A manifest does not state the allocated port, so it is assumed to be unchanged.
    const unknown = before['healthCheckNodePort'] === undefined;
    if (unknown || unchanged('healthCheckNodePort')) delete spec['healthCheckNodePort'];
  }
  if (
    before['type'] === 'LoadBalancer' &&
    spec['type'] !== 'LoadBalancer' &&
    unchanged('allocateLoadBalancerNodePorts')
  )
    delete spec['allocateLoadBalancerNodePorts'];
  if (isAccessible(before, minor) && !isAccessible(spec, minor) && unchanged('externalTrafficPolicy'))
    delete spec['externalTrafficPolicy'];
  return spec;
}

/** Go reads a null in a map of strings as the empty string. */
function withoutNullAnnotations(metadata: unknown): unknown {
  if (!isObject(metadata)) return metadata;
  const annotations = metadata['annotations'] ?? {};
  if (!isObject(annotations)) return metadata;
  if (metadata['annotations'] && !Object.values(annotations).some(value => value === null)) return metadata;
  const entries = Object.entries(annotations).map(([key, value]) => [key, value ?? '']);
  return { ...metadata, annotations: Object.fromEntries(entries) };
}

function withoutNulls(object: RawObject): Record<string, unknown> {
  // Without a prototype, a key called __proto__ is ordinary data.
  const kept: Record<string, unknown> = Object.create(null);
  for (const key in object) {
    const value = object[key];
    if (value !== null && value !== undefined) kept[key] = value;
  }
  return kept;
}
