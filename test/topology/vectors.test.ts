import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { applyApiDefaults } from '../../src/model/api-defaults.ts';
import { ASSUMED_KUBE_PROXY } from '../../src/model/data-plane.ts';
import type { EndpointSlice } from '../../src/model/endpoint-slice.ts';
import type { Node } from '../../src/model/node.ts';
import { projectEndpointSlice, projectNode, projectService } from '../../src/model/projection.ts';
import { asList, asObject } from '../../src/model/raw.ts';
import type { Service } from '../../src/model/service.ts';
import { isTopologyModeAuto } from '../../src/model/service.ts';
import type { HintsExplanation, HintsSource, PortExplanation } from '../../src/topology/explain.ts';
import { explainService } from '../../src/topology/explain.ts';

/*
 * Results of Kubernetes v1.37.1 code for random clusters. In `controller-N` the hints are those that the EndpointSlice
 * controller wrote, in `random-N` they are arbitrary. test/upstream compares newly generated clusters in the same way.
 */
const VECTORS = join(import.meta.dirname, 'vectors');
const FACTS = { version: { minor: 37 }, dataPlanes: ASSUMED_KUBE_PROXY, now: 0, topologyAgeSeconds: 0 };

interface View {
  readonly cluster: readonly string[] | null;
  readonly local: readonly string[] | null;
  readonly reachable: readonly string[];
  readonly hasAny: boolean;
}

interface Expected {
  readonly nodes: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, View>>>>>>;
  readonly hints: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;
}

interface Vector {
  readonly nodes: readonly Node[];
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  readonly expected: Expected;
}

const NAMES = readdirSync(VECTORS).sort();

describe.each(NAMES)('%s', name => {
  const vector = load(name);

  test('holds Services and a result for each', () => {
    expect(vector.services.length).toBeGreaterThan(20);
    expect(Object.keys(vector.expected.nodes).sort()).toEqual(vector.services.map(keyOf).sort());
  });

  test('every node uses the endpoints that kube-proxy would use', () => {
    const ours = vector.services.map(service => [
      keyOf(service),
      viewsByNode(vector, explain(vector, service, 'observed')),
    ]);
    expect(Object.fromEntries(ours)).toEqual(vector.expected.nodes);
  });

  test('observed hints are those on the slices', () => {
    for (const service of vector.services) {
      const upstream = vector.expected.hints[keyOf(service)] ?? {};
      for (const port of explain(vector, service, 'observed')) {
        expect(countsOf(port.hints), `${keyOf(service)} ${port.ipFamily}`).toEqual(upstream[port.ipFamily]);
      }
    }
  });
});

describe.each(NAMES.filter(name => name.startsWith('controller-')))('%s, hints predicted', name => {
  const vector = load(name);

  test('are those that the controller wrote', () => {
    for (const service of vector.services) {
      const upstream = vector.expected.hints[keyOf(service)] ?? {};
      for (const port of explain(vector, service, 'predicted')) {
        expect(countsOf(port.hints), `${keyOf(service)} ${port.ipFamily}`).toEqual(upstream[port.ipFamily]);
      }
    }
  });

  test('are the same, up to ties, for slices without hints', () => {
    for (const service of vector.services) {
      const bare = vector.slices
        .filter(s => s.serviceName === service.name)
        .map(s => (isCustom(s) ? s : withoutHints(s)));
      const upstream = vector.expected.hints[keyOf(service)] ?? {};
      const { ports } = explainService({
        service,
        slices: bare,
        nodes: vector.nodes,
        facts: FACTS,
        hints: 'predicted',
      });
      for (const port of ports) {
        const ours = countsOf(port.hints);
        const theirs = upstream[port.ipFamily] ?? {};
        const where = `${keyOf(service)} ${port.ipFamily}`;
        if (isTopologyModeAuto(service)) expect(total(ours), where).toBe(total(theirs));
        else expect(ours, where).toEqual(theirs);
      }
    }
  });
});

function load(name: string): Vector {
  const read = (file: string): unknown => JSON.parse(gunzipSync(readFileSync(join(VECTORS, name, file))).toString());
  const items = asList(asObject(read('cluster.json.gz'))['items']).map(asObject);
  const ofKind = (kind: string) => items.filter(item => item['kind'] === kind);
  return {
    nodes: ofKind('Node').map(projectNode),
    services: ofKind('Service').map(raw => applyApiDefaults(projectService(raw))),
    slices: ofKind('EndpointSlice').map(projectEndpointSlice),
    expected: read('expected.json.gz') as Expected,
  };
}

function explain(vector: Vector, service: Service, hints: HintsSource): readonly PortExplanation[] {
  const slices = vector.slices.filter(s => s.namespace === service.namespace && s.serviceName === service.name);
  return explainService({ service, slices, nodes: vector.nodes, facts: FACTS, hints }).ports;
}

function keyOf(service: Service): string {
  return `${service.namespace}/${service.name}`;
}

function viewsByNode(vector: Vector, ports: readonly PortExplanation[]): Record<string, Record<string, View>> {
  const views: Record<string, Record<string, View>> = {};
  for (const node of vector.nodes) views[node.name] = {};
  for (const port of ports) {
    for (const { node, cluster, local, reachable, hasAny } of port.nodes) {
      const view = { cluster: sorted(cluster), local: sorted(local), reachable: [...reachable].sort(), hasAny };
      views[node] = { ...views[node], [`${port.port}/${port.ipFamily}`]: view };
    }
  }
  return views;
}

function sorted(names: readonly string[] | null): readonly string[] | null {
  return names && [...names].sort();
}

function countsOf(hints: HintsExplanation): Record<string, number> {
  const nodes = Object.entries(hints.nodes).map(([node, count]) => [`node:${node}`, count]);
  return { ...hints.zones, ...Object.fromEntries(nodes) };
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function isCustom(slice: EndpointSlice): boolean {
  return slice.managedBy === 'somebody-else';
}

function withoutHints(slice: EndpointSlice): EndpointSlice {
  return { ...slice, endpoints: slice.endpoints.map(endpoint => ({ ...endpoint, hints: null })) };
}
