import type { Random } from '../random.ts';
import type { Family, Labels, RawService, RawServicePort } from './objects.ts';
import { HEADLESS, PROXY_NAME, TOPOLOGY_AWARE_HINTS, TOPOLOGY_MODE } from './objects.ts';

/** One Service as the API server of this minor stores it; fields that have a default are sometimes omitted. */
export function generateService(random: Random, index: number, minor: number): RawService {
  const kind = random.weighted([
    [8, 'ClusterIP'],
    [5, 'NodePort'],
    [7, 'LoadBalancer'],
    [1, 'headless'],
    [0.5, 'ExternalName'],
  ]);
  const type = kind === 'headless' ? 'ClusterIP' : kind;
  const service: RawService = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: random.chance(0.1) ? 'other' : 'default', name: `svc-${index}` },
    spec: { ...(type === 'ClusterIP' && random.chance(0.5) ? {} : { type }), ports: generatePorts(random) },
  };
  if (random.chance(0.85)) service.spec.selector = { app: service.metadata.name };
  if (type === 'ExternalName') service.spec.externalName = 'example.test';
  else addresses(random, service, { index, headless: kind === 'headless' });
  policies(random, service, type, index);
  topologyFields(random, service, minor);
  labels(random, service);
  return service;
}

function generatePorts(random: Random): RawServicePort[] {
  const shape = random.weighted<'unnamed' | 'named' | 'two' | 'dns'>([
    [4, 'unnamed'],
    [3, 'named'],
    [3, 'two'],
    [2, 'dns'],
  ]);
  switch (shape) {
    case 'unnamed':
      return [{ ...(random.chance(0.5) ? { name: '' } : {}), port: 80, ...target(random, 8080) }];
    case 'named':
      return [{ name: 'http', protocol: 'TCP', port: 80, ...target(random, 8080) }];
    case 'two':
      return [
        { name: 'http', port: 80, ...target(random, 8080) },
        { name: 'admin', protocol: random.pick(['TCP', 'SCTP']), port: 9090, ...target(random, 9091) },
      ];
    case 'dns':
      return [
        { name: 'dns', protocol: 'UDP', port: 53, ...target(random, 5353) },
        { name: 'dns-tcp', protocol: 'TCP', port: 53, ...target(random, 5353) },
      ];
    default:
      return shape satisfies never;
  }
}

function target(random: Random, port: number): { targetPort?: number | string } {
  return random.weighted<{ targetPort?: number | string }>([
    [5, { targetPort: port }],
    [2, { targetPort: `p${port}` }],
    [1, {}],
  ]);
}

function addresses(random: Random, service: RawService, at: { index: number; headless: boolean }): void {
  const { spec } = service;
  spec.ipFamilies = random.weighted<Family[]>([
    [6, ['IPv4']],
    [2, ['IPv6']],
    [2, ['IPv4', 'IPv6']],
    [1, ['IPv6', 'IPv4']],
  ]);
  const ips = spec.ipFamilies.map(f => (f === 'IPv4' ? `10.96.0.${at.index + 1}` : `fd00:96::${at.index + 1}`));
  spec.clusterIPs = at.headless ? ['None'] : ips;
  spec.clusterIP = spec.clusterIPs[0] ?? '';
  if (!at.headless && random.chance(0.2)) {
    spec.externalIPs = random.pick([['192.0.2.1'], ['2001:db8::1'], ['192.0.2.1', '2001:db8::1']]);
  }
}

function policies(random: Random, service: RawService, type: string, index: number): void {
  const { spec } = service;
  if (type === 'ExternalName') return;
  const policy = () => random.pick(['Cluster', 'Local', 'Local']);
  if (random.chance(0.8)) spec.internalTrafficPolicy = policy();
  if (random.chance(0.1)) spec.sessionAffinity = 'ClientIP';
  if (random.chance(0.15)) spec.publishNotReadyAddresses = true;
  const accessible = type !== 'ClusterIP' || spec.externalIPs !== undefined;
  if (accessible && random.chance(0.8)) spec.externalTrafficPolicy = policy();
  if (type === 'LoadBalancer') loadBalancer(random, service, index);
  const allocates = spec.allocateLoadBalancerNodePorts !== false;
  for (const [i, port] of (spec.ports ?? []).entries()) {
    if (type === 'NodePort' || (type === 'LoadBalancer' && (allocates || random.chance(0.2)))) {
      port.nodePort = 30000 + index * 10 + i;
    }
  }
}

function loadBalancer(random: Random, service: RawService, index: number): void {
  const { spec } = service;
  if (random.chance(0.4)) spec.allocateLoadBalancerNodePorts = false;
  if (spec.externalTrafficPolicy === 'Local') spec.healthCheckNodePort = 32000 + index;
  const ingress = random.weighted([
    [3, []],
    [2, [{ ip: '203.0.113.1' }]],
    [1, [{ ip: '203.0.113.1', ipMode: 'VIP' }]],
    [2, [{ ip: '203.0.113.1', ipMode: 'Proxy' }]],
    [1, [{ hostname: 'lb.example.test' }]],
    [1, [{ ip: '2001:db8:1::1' }]],
    [
      1,
      [
        { ip: '203.0.113.1', ipMode: 'Proxy' },
        { ip: '2001:db8:1::1', ipMode: 'VIP' },
      ],
    ],
  ]);
  service.status = { loadBalancer: { ingress } };
}

function topologyFields(random: Random, service: RawService, minor: number): void {
  const value = random.weighted<string | null>([
    [3, null],
    [2, 'PreferClose'],
    // Below 1.34 only a downgrade leaves these two behind.
    [minor >= 34 ? 2 : 0.3, 'PreferSameZone'],
    [minor >= 34 ? 3 : 0.3, 'PreferSameNode'],
  ]);
  if (value !== null && service.spec.type !== 'ExternalName') service.spec.trafficDistribution = value;
  const annotations: Labels = {};
  const mode = () => random.pick(['Auto', 'Auto', 'Auto', 'auto', 'AUTO', 'Disabled', 'disabled', 'PreferZone', '']);
  if (random.chance(0.4)) annotations[TOPOLOGY_MODE] = mode();
  if (random.chance(0.08)) annotations[TOPOLOGY_AWARE_HINTS] = mode();
  if (Object.keys(annotations).length > 0) service.metadata.annotations = annotations;
}

function labels(random: Random, service: RawService): void {
  const own: Labels = {};
  if (random.chance(0.1)) own['team'] = 'a';
  if (random.chance(0.04)) own[PROXY_NAME] = 'another-proxy';
  if (random.chance(0.03)) own[HEADLESS] = '';
  if (Object.keys(own).length > 0) service.metadata.labels = own;
}
