import { namespacedName, sections } from './api-object.ts';
import type { Endpoint, EndpointHints, EndpointSlice } from './endpoint-slice.ts';
import { CILIUM_WEIGHT_ANNOTATION, HEADLESS_LABEL, MANAGED_BY_LABEL, SERVICE_NAME_LABEL } from './endpoint-slice.ts';
import { canonicalIP, familyOf } from './ip.ts';
import type { Node } from './node.ts';
import { OS_LABEL, ZONE_LABEL } from './node.ts';
import { parseMilliValue } from './quantity.ts';
import type { RawObject } from './raw.ts';
import {
  asBooleanOrNull,
  asList,
  asNumber,
  asObject,
  asString,
  asStringMap,
  asStringOrNull,
  asStrings,
  asTime,
} from './raw.ts';
import type { IPFamily, LoadBalancerIngress, Service, ServicePort } from './service.ts';
import { parseVersion } from './version.ts';

/*
 * Projects API objects, as parsed from JSON or YAML, onto the compact model. The API server or the schema of the manifest
 * reader has validated their shape; here a value of another type is read as absent.
 */

export function projectService(raw: unknown): Service {
  const { metadata, spec, status } = sections(raw);
  const selector = asStringMap(spec['selector']);
  return {
    ...namespacedName(metadata),
    labels: asStringMap(metadata['labels']),
    annotations: asStringMap(metadata['annotations']),
    type: asString(spec['type']),
    clusterIP: asString(spec['clusterIP']) || (asStrings(spec['clusterIPs'])[0] ?? ''),
    ipFamilies: ipFamilies(spec),
    ipFamilyPolicy: asString(spec['ipFamilyPolicy']),
    allocateLoadBalancerNodePorts: asBooleanOrNull(spec['allocateLoadBalancerNodePorts']),
    loadBalancerClass: asString(spec['loadBalancerClass']),
    selector: Object.keys(selector).length > 0 ? selector : null,
    ports: asList(spec['ports']).map(projectServicePort),
    externalIPs: asStrings(spec['externalIPs']),
    loadBalancerIngress: asList(asObject(status['loadBalancer'])['ingress']).map(projectIngress),
    loadBalancerSourceRanges: asStrings(spec['loadBalancerSourceRanges']),
    internalTrafficPolicy: asStringOrNull(spec['internalTrafficPolicy']),
    externalTrafficPolicy: asString(spec['externalTrafficPolicy']) || null,
    trafficDistribution: asStringOrNull(spec['trafficDistribution']),
    topologyKeys: asStrings(spec['topologyKeys']),
    healthCheckNodePort: asNumber(spec['healthCheckNodePort']),
    sessionAffinity: asString(spec['sessionAffinity']),
    publishNotReadyAddresses: spec['publishNotReadyAddresses'] === true,
    ...(asTime(metadata['deletionTimestamp']) !== null && { deleting: true as const }),
  };
}

export function projectNode(raw: unknown): Node {
  const { metadata, spec, status } = sections(raw);
  const labels = asStringMap(metadata['labels']);
  const readyCondition = asList(status['conditions'])
    .map(asObject)
    .find(condition => condition['type'] === 'Ready');
  const nodeInfo = asObject(status['nodeInfo']);
  return {
    name: asString(metadata['name']),
    labels,
    zone: labels[ZONE_LABEL] || null,
    taints: asList(spec['taints'])
      .map(asObject)
      .map(taint => ({
        key: asString(taint['key']),
        value: asString(taint['value']),
        effect: asString(taint['effect']),
      })),
    ready: readyCondition?.['status'] === 'True',
    deleting: asTime(metadata['deletionTimestamp']) !== null,
    createdAt: asTime(metadata['creationTimestamp']),
    os: asString(nodeInfo['operatingSystem']) || labels[OS_LABEL] || '',
    milliCPU: parseMilliValue(asObject(status['allocatable'])['cpu']),
    thirdPartyProxy: thirdPartyProxyOf(Object.keys(asObject(metadata['annotations']))),
    kubeletMinor: parseVersion(asString(nodeInfo['kubeletVersion']))?.minor ?? null,
  };
}

/** Without the names of Pods, which only reviews of workloads read. */
export function projectEndpointSlice(raw: unknown): EndpointSlice {
  return projectSlice(raw, projectEndpoint);
}

export function projectEndpointSliceWithPods(raw: unknown): EndpointSlice {
  return projectSlice(raw, raw => {
    const target = asObject(asObject(raw)['targetRef']);
    const podName = target['kind'] === 'Pod' ? asString(target['name']) : '';
    const endpoint = projectEndpoint(raw);
    return podName === '' ? endpoint : { ...endpoint, podName };
  });
}

function projectSlice(raw: unknown, project: (raw: unknown) => Endpoint): EndpointSlice {
  const object = asObject(raw);
  const metadata = asObject(object['metadata']);
  const labels = asStringMap(metadata['labels']);
  return {
    ...namespacedName(metadata),
    serviceName: labels[SERVICE_NAME_LABEL] ?? '',
    managedBy: labels[MANAGED_BY_LABEL] ?? '',
    addressType: asString(object['addressType']),
    proxied: !(HEADLESS_LABEL in labels),
    ports: asList(object['ports'])
      .map(asObject)
      .map(port => ({
        // The API server defaults an absent name to "" (pkg/apis/discovery/v1/defaults.go, v1.37.1).
        name: asString(port['name']),
        protocol: asString(port['protocol']) || 'TCP',
        port: typeof port['port'] === 'number' ? port['port'] : null,
      })),
    endpoints: /^0+$/.test(asStringMap(metadata['annotations'])[CILIUM_WEIGHT_ANNOTATION] ?? '')
      ? asList(object['endpoints']).map(raw => ({ ...project(raw), zeroWeight: true }))
      : asList(object['endpoints']).map(project),
  };
}

/** Networks that replace kube-proxy, by the prefix of their node annotations. */
export const THIRD_PARTY_PROXIES: readonly (readonly [prefix: string, name: string])[] = [
  ['network.cilium.io/', 'Cilium'],
  ['k8s.ovn.org/', 'OVN-Kubernetes'],
  ['node.antrea.io/', 'Antrea'],
  ['kube-router.io/', 'kube-router'],
];

function thirdPartyProxyOf(annotations: readonly string[]): string | null {
  return THIRD_PARTY_PROXIES.find(([prefix]) => annotations.some(key => key.startsWith(prefix)))?.[1] ?? null;
}

function ipFamilies(spec: RawObject): readonly IPFamily[] {
  const given = asStrings(spec['ipFamilies']).filter(family => family === 'IPv4' || family === 'IPv6');
  if (given.length > 0) return given;
  const clusterIPs = [...asStrings(spec['clusterIPs']), asString(spec['clusterIP'])];
  return [...new Set(clusterIPs.filter(ip => ip !== '' && ip !== 'None').map(familyOf))];
}

function projectServicePort(raw: unknown): ServicePort {
  const port = asObject(raw);
  const target = port['targetPort'];
  return {
    name: asString(port['name']),
    protocol: asString(port['protocol']),
    port: asNumber(port['port']),
    targetPort: typeof target === 'string' || typeof target === 'number' ? target : 0,
    nodePort: asNumber(port['nodePort']),
  };
}

function projectIngress(raw: unknown): LoadBalancerIngress {
  const ingress = asObject(raw);
  const ipMode = ingress['ipMode'];
  return {
    ip: asString(ingress['ip']),
    hostname: asString(ingress['hostname']),
    ipMode: ipMode === 'VIP' || ipMode === 'Proxy' ? ipMode : null,
  };
}

function projectEndpoint(raw: unknown): Endpoint {
  const endpoint = asObject(raw);
  const conditions = asObject(endpoint['conditions']);
  return {
    address: canonicalIP(asStrings(endpoint['addresses'])[0] ?? ''),
    ready: asBooleanOrNull(conditions['ready']),
    serving: asBooleanOrNull(conditions['serving']),
    terminating: asBooleanOrNull(conditions['terminating']),
    nodeName: asString(endpoint['nodeName']) || null,
    zone: asString(endpoint['zone']) || null,
    hints: projectHints(endpoint['hints']),
  };
}

function projectHints(raw: unknown): EndpointHints | null {
  const hints = asObject(raw);
  const zones = asList(hints['forZones']).map(zone => asString(asObject(zone)['name']));
  const nodes = asList(hints['forNodes']).map(node => asString(asObject(node)['name']));
  return zones.length > 0 || nodes.length > 0 ? { zones, nodes } : null;
}
