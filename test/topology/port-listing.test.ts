import { describe, expect, test } from 'vitest';
import type { EndpointPort, EndpointSlice } from '../../src/model/endpoint-slice.ts';
import type { Service, ServicePort } from '../../src/model/service.ts';
import { distinctRoutings, portRoutings } from '../../src/topology/port-routing.ts';
import { ServiceEndpoints } from '../../src/topology/service-endpoints.ts';
import { WorkBudget, WorkLimitExceeded } from '../../src/topology/work-budget.ts';
import { endpoint, FACTS, slice, web } from '../support/builders.ts';

const port = (name: string, targetPort: number | string, over: Partial<ServicePort> = {}): ServicePort => ({
  name,
  protocol: 'TCP',
  port: 80,
  targetPort,
  nodePort: 0,
  ...over,
});
const listed = (name: string, number: number | null): EndpointPort => ({ name, protocol: 'TCP', port: number });
const withPorts = (...ports: readonly ServicePort[]): Service => ({ ...web(), ports });
const A = [endpoint('10.0.0.1', 'n1')];
const B = [endpoint('10.0.0.2', 'n2')];

interface Given {
  readonly slices: readonly EndpointSlice[];
  readonly old?: Service;
  readonly rewritten?: boolean;
}

function input(service: Service, { slices, old, rewritten = true }: Given) {
  return { service, endpoints: new ServiceEndpoints(slices, rewritten), facts: FACTS, portsBefore: old?.ports ?? [] };
}

/** `name: ip:port …` of every port. */
function names(service: Service, given: Given): readonly string[] {
  return portRoutings(input(service, given)).map(routing =>
    [`${routing.port.name}:`, ...routing.index.all.map(one => routing.endpointName(one))].join(' '),
  );
}

describe('ports of slices that the controller will rewrite', () => {
  test('are those of the new spec', () => {
    expect(names(withPorts(port('http', 8080)), { slices: [slice(A)] })).toEqual(['http: 10.0.0.1:8080']);
  });

  test('have the number of a named target port, also after the port was renamed', () => {
    const slices = [slice(A, { ports: [listed('old', 8080)] })];
    const old = withPorts(port('old', 'http'));
    expect(names(old, { slices })).toEqual(['old: 10.0.0.1:8080']);
    expect(names(withPorts(port('new', 'http')), { slices, old })).toEqual(['new: 10.0.0.1:8080']);
  });

  test('have no endpoints if the number of a named target port is unknown', () => {
    const slices = [slice(A, { ports: [listed('old', 8080)] })];
    const old = withPorts(port('old', 'http'));
    expect(names(withPorts(port('new', 'metrics')), { slices, old })).toEqual(['new:']);
  });

  test('are read under the new name from slices made of Pods', () => {
    const slices = [slice(A, { ports: [listed('new', 8080)] })];
    const old = withPorts(port('old', 'http'));
    expect(names(withPorts(port('new', 'http')), { slices, old })).toEqual(['new: 10.0.0.1:8080']);
  });

  test('may have another number in each slice', () => {
    const slices = [slice(A, { ports: [listed('a', 1)] }), slice(B, { ports: [listed('a', 2)] })];
    expect(names(withPorts(port('a', 'x')), { slices })).toEqual(['a: 10.0.0.1:1 10.0.0.2:2']);
  });

  test('are merged with those of slices that others manage', () => {
    const custom = slice(B, { managedBy: 'other', ports: [listed('http', 9090)] });
    const service = withPorts(port('http', 8080), port('extra', 8080));
    expect(names(service, { slices: [custom, slice(A)] })).toEqual([
      'http: 10.0.0.2:9090 10.0.0.1:8080',
      'extra: 10.0.0.1:8080',
    ]);
  });
});

test('ports of observed slices come from the slices alone', () => {
  const slices = [slice(A, { ports: [listed('a', 1), listed('b', null)] }), slice(B, { ports: [listed('b', 2)] })];
  const service = withPorts(port('a', 8080), port('b', 8080), port('c', 8080));
  expect(names(service, { slices, rewritten: false })).toEqual(['a: 10.0.0.1:1', 'b: 10.0.0.2:2', 'c:']);
});

describe('ports that lead to the same endpoints', () => {
  const slices = [slice(A), slice(B)];

  test('share them whatever their numbers, and keep their own numbers', () => {
    const service = withPorts(port('a', 8080), port('b', 9090));
    expect(names(service, { slices })).toEqual(['a: 10.0.0.1:8080 10.0.0.2:8080', 'b: 10.0.0.1:9090 10.0.0.2:9090']);
    const [a, b] = portRoutings(input(service, { slices }));
    expect(a?.index).toBe(b?.index);
  });

  test('share them if named', () => {
    const both = [listed('a', 1), listed('b', 2)];
    const named = [slice(A, { ports: both }), slice(B, { ports: both })];
    const [a, b] = portRoutings(input(withPorts(port('a', 'x'), port('b', 'y')), { slices: named }));
    expect(a?.index).toBe(b?.index);
  });

  test('are evaluated once for each policy', () => {
    const service = withPorts(port('a', 1), port('b', 2), port('c', 3, { nodePort: 30_000 }), port('d', 4));
    expect(distinctRoutings(input(service, { slices })).map(routing => routing.port.name)).toEqual(['a', 'c']);
  });

  test('do not share them with a port that another slice lists too', () => {
    const some = [slice(A, { ports: [listed('a', 1), listed('b', 1)] }), slice(B, { ports: [listed('a', 1)] })];
    const service = withPorts(port('a', 'x'), port('b', 'y'));
    expect(distinctRoutings(input(service, { slices: some })).map(routing => routing.port.name)).toEqual(['a', 'b']);
  });
});

test('too many different sets of endpoints exceed the work budget', () => {
  const all = Array.from({ length: 60 }, (_, i) => `p${i}`);
  const slices = all.map((_, i) =>
    slice([endpoint(`10.0.1.${i}`, `n${i}`)], { ports: all.slice(i).map(name => listed(name, 80)) }),
  );
  const service = withPorts(...all.map(name => port(name, name)));
  const given = { ...input(service, { slices }), budget: new WorkBudget(10_000) };
  expect(() => distinctRoutings(given)).toThrow(WorkLimitExceeded);
  expect(() => distinctRoutings(given)).toThrow('not evaluated in full');
  expect(distinctRoutings({ ...given, budget: new WorkBudget() })).toHaveLength(60);
  expect(portRoutings({ ...given, budget: undefined })).toHaveLength(60);
});
