import { describe, expect, test } from 'vitest';
import type { Pod } from '../../src/model/pod.ts';
import type { Service } from '../../src/model/service.ts';
import { slicesFromPods } from '../../src/topology/pod-slices.ts';
import { node, topology, web } from '../support/builders.ts';

const CLUSTER = { topology: topology([node('n1', { zone: 'zone-a' })]), version: { minor: 37 } };

function pod(name: string, over: Partial<Pod> = {}): Pod {
  return {
    namespace: 'default',
    name,
    labels: { app: 'web' },
    nodeName: 'n1',
    phase: 'Running',
    ready: true,
    terminating: false,
    expectedGoneAt: null,
    unschedulable: false,
    createdAt: null,
    controllerKind: 'ReplicaSet',
    ips: ['10.0.0.1'],
    ports: [],
    ...over,
  };
}

const endpoints = (service: Service, ...pods: readonly Pod[]) =>
  slicesFromPods(service, pods, CLUSTER).flatMap(slice => slice.endpoints);

describe('a Pod becomes an endpoint', () => {
  test('with its address, node and zone', () => {
    expect(endpoints(web(), pod('a'))).toEqual([
      {
        address: '10.0.0.1',
        ready: true,
        serving: true,
        terminating: false,
        nodeName: 'n1',
        zone: 'zone-a',
        hints: null,
      },
    ]);
  });

  test.each<[string, Partial<Pod>, object]>([
    ['that is not ready', { ready: false }, { ready: false, serving: false }],
    ['that is terminating and serves', { terminating: true }, { ready: false, serving: true, terminating: true }],
    ['on an unknown node, without zone', { nodeName: 'n9' }, { nodeName: 'n9', zone: null }],
    ['that is pending, if it has no address yet', { ips: [], ready: false }, { address: 'a', ready: false }],
  ])('%s', (_what, over, expected) => {
    expect(endpoints(web(), pod('a', over))).toMatchObject([expected]);
  });

  test('that is always ready under publishNotReadyAddresses', () => {
    const service = web('publishNotReadyAddresses: true');
    expect(endpoints(service, pod('a', { ready: false }))).toMatchObject([{ ready: true, serving: false }]);
  });
});

describe('a Pod does not become an endpoint', () => {
  test.each<[string, Partial<Pod>]>([
    ['while it is not scheduled', { nodeName: null }],
    ['after it has succeeded', { phase: 'Succeeded' }],
    ['after it has failed', { phase: 'Failed' }],
    ['with other labels', { labels: { app: 'api' } }],
    ['in another namespace', { namespace: 'other' }],
    ['of the other IP family only', { ips: ['fd00::1'] }],
  ])('%s', (_when, over) => {
    expect(endpoints(web(), pod('a', over))).toEqual([]);
  });

  test('of a Service without selector', () => {
    expect(slicesFromPods({ ...web(), selector: null }, [pod('a')], CLUSTER)).toEqual([]);
  });
});

test('each IP family has its own slices', () => {
  const service: Service = { ...web(), ipFamilies: ['IPv4', 'IPv6'] };
  const slices = slicesFromPods(service, [pod('a', { ips: ['10.0.0.1', 'fd00::1'] })], CLUSTER);
  expect(slices.map(({ addressType, endpoints: [first] }) => [addressType, first?.address])).toEqual([
    ['IPv4', '10.0.0.1'],
    ['IPv6', 'fd00::1'],
  ]);
});

test('Pods whose named port has another number are in another slice', () => {
  const service: Service = {
    ...web(),
    ports: [{ name: '', protocol: 'TCP', port: 80, targetPort: 'http', nodePort: 0 }],
  };
  const http = (port: number) => [{ name: 'http', protocol: 'TCP', port }];
  const pods = [
    pod('a', { ports: http(8080) }),
    pod('b', { ports: http(9090), ips: ['10.0.0.2'] }),
    pod('c', { ips: ['10.0.0.3'] }),
  ];
  const slices = slicesFromPods(service, pods, CLUSTER);
  expect(slices.map(({ ports }) => ports.map(({ port }) => port))).toEqual([[8080], [9090], []]);
  expect(new Set(slices.map(({ name }) => name)).size).toBe(3);
});

test('a named port of a sidecar counts from 1.33 on', () => {
  const service: Service = {
    ...web(),
    ports: [{ name: '', protocol: 'TCP', port: 80, targetPort: 'http', nodePort: 0 }],
  };
  const proxied = pod('a', { ports: [{ name: 'http', protocol: 'TCP', port: 15_001, sidecar: true }] });
  const numbers = (minor: number) =>
    slicesFromPods(service, [proxied], { ...CLUSTER, version: { minor } }).flatMap(({ ports }) => ports);
  expect(numbers(33)).toEqual([{ name: '', protocol: 'TCP', port: 15_001 }]);
  expect(numbers(32)).toEqual([]);
});
