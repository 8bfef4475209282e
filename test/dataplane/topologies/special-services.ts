import { CLUSTER_CIDR } from '../environment/nodes.ts';
import type { Manifest, ServicePlan, ServiceText } from './services.ts';
import { balancerIP, externalIP, LOCAL_NODE_PORT, planService, TOPOLOGY_MODE } from './services.ts';

/** Cases outside the matrix: unusual fields and statuses, two ports, a selector that is removed. */
const TEXTS: readonly ServiceText[] = [
  {
    name: 'auto-and-distribution',
    placement: 'zoned',
    annotations: { [TOPOLOGY_MODE]: 'Auto' },
    spec: { trafficDistribution: 'PreferSameNode' },
  },
  {
    name: 'auto-refused-and-distribution',
    placement: 'one',
    annotations: { [TOPOLOGY_MODE]: 'Auto' },
    spec: { trafficDistribution: 'PreferSameZone' },
  },
  { name: 'auto-misspelt', placement: 'zoned', annotations: { [TOPOLOGY_MODE]: 'AUTO' }, spec: {} },
  { name: 'publish-unready', placement: 'unready', spec: { ...LOCAL_NODE_PORT, publishNotReadyAddresses: true } },
  {
    name: 'publish-unready-lb',
    placement: 'unready',
    spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local', publishNotReadyAddresses: true },
    ingress: [{ ip: balancerIP(208) }],
  },
  {
    name: 'publish-draining',
    placement: 'drain-local',
    spec: { ...LOCAL_NODE_PORT, publishNotReadyAddresses: true, trafficDistribution: 'PreferSameNode' },
  },
  {
    name: 'lb-mode-proxy',
    placement: 'zones',
    spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local' },
    ingress: [{ ip: balancerIP(201), ipMode: 'Proxy' }],
  },
  {
    name: 'lb-mode-proxy-alone',
    placement: 'zones',
    spec: { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false },
    ingress: [{ ip: balancerIP(207), ipMode: 'Proxy' }],
  },
  {
    name: 'lb-without-node-ports',
    placement: 'zones',
    spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local', allocateLoadBalancerNodePorts: false },
    ingress: [{ ip: balancerIP(202), ipMode: 'VIP' }],
  },
  {
    name: 'lb-pending',
    placement: 'zones',
    spec: { type: 'LoadBalancer', internalTrafficPolicy: 'Local', allocateLoadBalancerNodePorts: false },
  },
  {
    name: 'lb-for-pods-only',
    placement: 'drain-local',
    spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local', loadBalancerSourceRanges: [CLUSTER_CIDR] },
    ingress: [{ ip: balancerIP(205) }],
  },
  {
    name: 'lb-for-nodes-only',
    placement: 'none',
    spec: { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.200.0.0/27'] },
    ingress: [{ ip: balancerIP(206) }],
  },
  {
    name: 'node-port-and-external-ip',
    placement: 'drain-local',
    spec: { ...LOCAL_NODE_PORT, externalIPs: [externalIP(203)], trafficDistribution: 'PreferSameZone' },
  },
  { name: 'two-ports', placement: 'zones', spec: { ...LOCAL_NODE_PORT, ports: twoPorts() } },
  { name: 'selector-lost', placement: 'zoned', spec: { trafficDistribution: 'PreferSameNode' }, losesSelector: true },
  {
    name: 'of-another-proxy',
    placement: 'one',
    labels: { 'service.kubernetes.io/service-proxy-name': 'somebody-else' },
    spec: {},
  },
];

export const SPECIAL_SERVICES: readonly ServicePlan[] = TEXTS.map(planService);

function twoPorts(): readonly Manifest[] {
  return [
    { name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' },
    { name: 'metrics', port: 9100, targetPort: 8081, protocol: 'TCP' },
  ];
}
