import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../../src/model/endpoint-slice.ts';
import type { TrafficClass } from '../../src/topology/route.ts';
import {
  DRAINING,
  dataPlanes,
  endpoint,
  FACTS,
  GONE,
  node,
  routings,
  slice,
  UNREADY,
  web,
} from '../support/builders.ts';

const N1 = node('n1');
const N2 = node('n2');
const HERE = endpoint('10.0.0.1', 'n1');
const THERE = endpoint('10.0.0.2', 'n2');

interface Case {
  readonly spec?: string;
  readonly endpoints?: readonly Endpoint[];
  readonly kind?: string;
}

/** `verdict (reason): endpoints` of one traffic class on n1. */
function seen(trafficClass: TrafficClass, { spec = '', endpoints = [HERE, THERE], kind = 'kube-proxy' }: Case) {
  const facts = { ...FACTS, dataPlanes: dataPlanes(kind) };
  const [port] = routings(web(spec), [slice(endpoints)], facts);
  const route = port?.route(trafficClass, N1);
  if (!route) return null;
  const names = route.endpoints.map(({ address }) => address);
  return [`${route.verdict} (${route.reason})`, ...names].join(' ');
}

const NODE_PORT = 'type: NodePort\n';
const INTERNAL = 'internalTrafficPolicy: Local';
const EXTERNAL = `${NODE_PORT}externalTrafficPolicy: Local`;
const BOTH = `${EXTERNAL}\n${INTERNAL}`;

describe('traffic to the ClusterIP', () => {
  test.each<[string, Case, string]>([
    ['goes to all ready endpoints', {}, 'forward (no-hints) 10.0.0.1 10.0.0.2'],
    ['stays on the node under Local', { spec: INTERNAL }, 'forward (local-endpoints) 10.0.0.1'],
    [
      'is dropped under Local without a local endpoint',
      { spec: INTERNAL, endpoints: [THERE] },
      'drop (no-local-endpoint)',
    ],
    ['is rejected if there is no endpoint at all', { spec: INTERNAL, endpoints: [] }, 'reject (no-endpoints)'],
    ['is rejected if all are unready', { endpoints: [endpoint('10.0.0.1', 'n1', UNREADY)] }, 'reject (no-endpoints)'],
    [
      'is rejected if all are terminating and none serves',
      { endpoints: [endpoint('10.0.0.1', 'n1', GONE)] },
      'reject (no-endpoints)',
    ],
    [
      'goes to terminating endpoints while none is ready',
      { endpoints: [endpoint('10.0.0.1', 'n1', DRAINING)] },
      'forward (draining-endpoints) 10.0.0.1',
    ],
    [
      'goes to terminating local endpoints under Local, even if others are ready',
      { spec: INTERNAL, endpoints: [endpoint('10.0.0.1', 'n1', DRAINING), THERE] },
      'forward (draining-local-endpoints) 10.0.0.1',
    ],
    ['ignores externalTrafficPolicy', { spec: EXTERNAL, endpoints: [THERE] }, 'forward (no-hints) 10.0.0.2'],
    [
      'never treats an endpoint without nodeName as local',
      { spec: INTERNAL, endpoints: [endpoint('10.0.0.9', null)] },
      'drop (no-local-endpoint)',
    ],
  ])('%s', (_fact, given, expected) => {
    expect(seen('internal', given)).toBe(expected);
  });
});

describe('traffic from outside', () => {
  test('does not exist for a plain ClusterIP Service', () => {
    expect(seen('external', {})).toBeNull();
    expect(seen('shortCircuit', {})).toBeNull();
  });

  test.each<[string, Case, string]>([
    ['goes to all endpoints', { spec: NODE_PORT }, 'forward (no-hints) 10.0.0.1 10.0.0.2'],
    ['stays on the node under Local', { spec: EXTERNAL }, 'forward (local-endpoints) 10.0.0.1'],
    [
      'is dropped under Local without a local endpoint',
      { spec: EXTERNAL, endpoints: [THERE] },
      'drop (no-local-endpoint)',
    ],
    [
      'ignores internalTrafficPolicy',
      { spec: `${NODE_PORT}${INTERNAL}`, endpoints: [THERE] },
      'forward (no-hints) 10.0.0.2',
    ],
  ])('%s', (_fact, given, expected) => {
    expect(seen('external', given)).toBe(expected);
  });

  test('uses all endpoints on the short-circuit, regardless of the policies', () => {
    expect(seen('shortCircuit', { spec: BOTH, endpoints: [THERE] })).toBe('forward (no-hints) 10.0.0.2');
  });
});

describe('nftables, for Pods at a balancer address with a Local policy and no endpoint on the node,', () => {
  test.each([
    ['drops before 1.33.6', 'kube-proxy@1.33.5', 'drop (no-local-endpoint)'],
    ['drops in 1.32', 'kube-proxy@1.32', 'drop (no-local-endpoint)'],
    ['forwards from 1.33.6', 'kube-proxy@1.33.6', 'forward (no-hints) 10.0.0.2'],
    ['forwards in 1.34', 'kube-proxy@1.34', 'forward (no-hints) 10.0.0.2'],
    ['is not known if the patch version is not', 'kube-proxy@1.33', 'unknown (not-established)'],
  ])('%s', (_fact, version, expected) => {
    const balancer = 'externalIPs: [192.0.2.1]\nexternalTrafficPolicy: Local';
    const at = (kind: string, spec = balancer) => seen('shortCircuit', { spec, endpoints: [THERE], kind });
    expect(at(`${version},mode=nftables`)).toBe(expected);
    expect(at(`${version},mode=iptables`)).toBe('forward (no-hints) 10.0.0.2');
    expect(at(`${version},mode=nftables`, EXTERNAL)).toBe('forward (no-hints) 10.0.0.2');
  });
});

describe('IPVS, if a Local policy finds no endpoint on the node,', () => {
  const lone: Case = { endpoints: [THERE], kind: 'ipvs' };
  test.each<[string, TrafficClass, string, string]>([
    ['drops traffic for a plain ClusterIP', 'internal', INTERNAL, 'drop (no-local-endpoint)'],
    [
      'falls back if the port is externally accessible',
      'internal',
      `${NODE_PORT}${INTERNAL}`,
      'forward (ipvs-falls-back-to-cluster) 10.0.0.2',
    ],
    ['loses the reply to outside clients', 'external', EXTERNAL, 'drop (ipvs-reply-is-lost)'],
    ['falls back on the short-circuit', 'shortCircuit', EXTERNAL, 'forward (ipvs-falls-back-to-cluster) 10.0.0.2'],
  ])('%s', (_fact, trafficClass, spec, expected) => {
    expect(seen(trafficClass, { ...lone, spec })).toBe(expected);
  });

  test('rejects traffic if there is no endpoint at all', () => {
    expect(seen('internal', { endpoints: [], kind: 'ipvs', spec: `${NODE_PORT}${INTERNAL}` })).toBe(
      'reject (no-endpoints)',
    );
  });
});

test('a Local policy uses only the endpoints of each node', () => {
  const [port] = routings(web(INTERNAL), [slice([HERE, THERE])], FACTS);
  expect(port?.route('internal', N2)?.endpoints.map(endpoint => port.endpointName(endpoint))).toEqual(['10.0.0.2:80']);
});
