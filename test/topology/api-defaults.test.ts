import { describe, expect, test } from 'vitest';
import { ALLOCATED_IP, ALLOCATED_PORT, applyApiDefaults } from '../../src/model/api-defaults.ts';
import type { Service } from '../../src/model/service.ts';
import { web } from '../support/builders.ts';

/** Fields of a Service with these lines in its spec, after API defaulting. */
const pick = (spec: string, ...fields: readonly (keyof Service)[]) => {
  const service = web(spec);
  return fields.map(field => service[field]);
};

describe('the API server gives a Service', () => {
  test('type ClusterIP, no affinity, an address', () => {
    expect(pick('', 'type', 'sessionAffinity', 'clusterIP', 'ipFamilies')).toEqual([
      'ClusterIP',
      'None',
      ALLOCATED_IP,
      ['IPv4'],
    ]);
  });

  test('internalTrafficPolicy Cluster, also to a headless one, not to ExternalName', () => {
    expect(pick('', 'internalTrafficPolicy')).toEqual(['Cluster']);
    expect(pick('clusterIP: None', 'internalTrafficPolicy', 'clusterIP')).toEqual(['Cluster', 'None']);
    expect(pick('type: ExternalName', 'internalTrafficPolicy', 'clusterIP', 'ipFamilies')).toEqual([null, '', []]);
  });

  test('the second family with RequireDualStack, also if one is named', () => {
    const families = (spec: string) => web(spec).ipFamilies;
    expect(families('ipFamilyPolicy: RequireDualStack')).toEqual(['IPv4', 'IPv6']);
    expect(families('ipFamilyPolicy: RequireDualStack\nipFamilies: [IPv4]')).toEqual(['IPv4', 'IPv6']);
    expect(families('ipFamilyPolicy: RequireDualStack\nipFamilies: [IPv6]')).toEqual(['IPv6', 'IPv4']);
    expect(families('ipFamilyPolicy: SingleStack\nipFamilies: [IPv6]')).toEqual(['IPv6']);
  });

  test('externalTrafficPolicy Cluster only if it is reachable from outside', () => {
    expect(pick('', 'externalTrafficPolicy')).toEqual([null]);
    expect(pick('type: NodePort', 'externalTrafficPolicy')).toEqual(['Cluster']);
    expect(pick('type: LoadBalancer', 'externalTrafficPolicy')).toEqual(['Cluster']);
    expect(pick('externalIPs: [192.0.2.1]', 'externalTrafficPolicy')).toEqual(['Cluster']);
  });

  test('node ports if its type has them, unless allocation is off', () => {
    const nodePort = (spec: string) => web(spec).ports[0]?.nodePort;
    expect(nodePort('')).toBe(0);
    expect(nodePort('type: NodePort')).toBe(ALLOCATED_PORT);
    expect(nodePort('type: LoadBalancer')).toBe(ALLOCATED_PORT);
    expect(nodePort('type: LoadBalancer\nallocateLoadBalancerNodePorts: false')).toBe(0);
  });

  test('a health check port if it is a load balancer with the external policy Local', () => {
    expect(pick('type: LoadBalancer\nexternalTrafficPolicy: Local', 'healthCheckNodePort')).toEqual([ALLOCATED_PORT]);
    expect(pick('type: LoadBalancer', 'healthCheckNodePort')).toEqual([0]);
    expect(pick('type: NodePort\nexternalTrafficPolicy: Local', 'healthCheckNodePort')).toEqual([0]);
  });

  test('protocol TCP and the port as target port', () => {
    expect(web().ports[0]).toMatchObject({ protocol: 'TCP', port: 80, targetPort: 80 });
  });

  test('both families if it requires them', () => {
    expect(pick('ipFamilyPolicy: RequireDualStack', 'ipFamilies')).toEqual([['IPv4', 'IPv6']]);
    expect(pick('ipFamilyPolicy: PreferDualStack', 'ipFamilies')).toEqual([['IPv4']]);
  });
});

test('allocated values are kept on an update', () => {
  const old: Service = {
    ...web('type: LoadBalancer\nexternalTrafficPolicy: Local\nclusterIP: 10.96.0.7\nhealthCheckNodePort: 31000'),
    ipFamilies: ['IPv6', 'IPv4'],
    ports: [{ name: '', protocol: 'TCP', port: 80, targetPort: 80, nodePort: 30080 }],
    loadBalancerIngress: [{ ip: '192.0.2.1', hostname: '', ipMode: null }],
  };
  const given: Service = {
    ...web(),
    type: 'LoadBalancer',
    externalTrafficPolicy: 'Local',
    clusterIP: '',
    ipFamilies: [],
  };
  const bare = { ...given, ports: [{ name: '', protocol: '', port: 80, targetPort: 0, nodePort: 0 }] };
  expect(applyApiDefaults(bare, old)).toMatchObject({
    clusterIP: '10.96.0.7',
    ipFamilies: ['IPv6', 'IPv4'],
    healthCheckNodePort: 31000,
    loadBalancerIngress: [{ ip: '192.0.2.1' }],
    ports: [{ nodePort: 30080 }],
  });
});

test('a Service read from the API server is returned unchanged', () => {
  const stored = web('type: LoadBalancer\nexternalTrafficPolicy: Local\ntrafficDistribution: PreferSameZone');
  expect(applyApiDefaults(stored)).toEqual(stored);
  expect(applyApiDefaults(stored, stored)).toEqual(stored);
});
