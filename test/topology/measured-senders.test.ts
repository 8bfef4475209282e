import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MeasuredSources, TrafficRate } from '../../src/model/measured-traffic.ts';
import type { Node } from '../../src/model/node.ts';
import { measuredSenders } from '../../src/topology/measured-senders.ts';
import { NodeSet } from '../../src/topology/node-set.ts';
import { ReducedNodeSet } from '../../src/topology/reduced-node-set.ts';
import { comparable, trafficWeights } from '../../src/topology/traffic-senders.ts';
import { WeightedNodeSet } from '../../src/topology/weighted-node-set.ts';
import { node } from '../support/builders.ts';
import { NAMES, nodes } from './random-cluster.ts';

const A1 = node('a1');
const A2 = node('a2', { milliCPU: 8000 });
const B1 = node('b1', { zone: 'zone-b' });
const ALL = [A1, A2, B1];

function rate(name: string, perSecond: number, kind: 'node' | 'zone' = 'node'): TrafficRate {
  return { namespace: 'default', service: 'web', from: { kind, name }, perSecond };
}

/** Shares of all traffic by node. */
function shares(all: readonly Node[], rates: readonly TrafficRate[], measured?: MeasuredSources) {
  const clients = new NodeSet(all);
  const weighted = comparable(new WeightedNodeSet(clients, measuredSenders(clients, { rates, measured }).weightOf));
  const { ofNode } = trafficWeights(weighted);
  return Object.fromEntries(weighted.nodes.map(one => [one.name, ofNode(one)]));
}

describe('client nodes with measured traffic', () => {
  test('send in proportion to their rates', () => {
    expect(shares(ALL, [rate('a1', 30), rate('a2', 60), rate('b1', 10)])).toEqual({ a1: 0.3, a2: 0.6, b1: 0.1 });
  });

  test('divide the rate of a zone by their CPUs', () => {
    expect(shares(ALL, [rate('zone-a', 90, 'zone'), rate('zone-b', 10, 'zone')])).toEqual({
      a1: 0.3,
      a2: 0.6,
      b1: 0.1,
    });
  });

  test('divide the rate of a zone equally if none of them reports CPU', () => {
    const blind = [A1, { ...A2, milliCPU: 0 }, B1].map(one => ({ ...one, milliCPU: 0 }));
    expect(shares(blind, [rate('zone-a', 90, 'zone'), rate('b1', 10)])).toEqual({ a1: 0.45, a2: 0.45, b1: 0.1 });
  });

  test('have the rate of their zone only if they have none, or if all have one', () => {
    expect(shares(ALL, [rate('a1', 30), rate('zone-a', 60, 'zone'), rate('b1', 10)])).toEqual({
      a1: 0.3,
      a2: 0.6,
      b1: 0.1,
    });
    const whole = [rate('a1', 20), rate('a2', 40), rate('zone-a', 30, 'zone'), rate('b1', 10)];
    expect(shares(ALL, whole)).toEqual({ a1: 0.3, a2: 0.6, b1: 0.1 });
  });

  test('without a rate keep their share by CPU of all traffic', () => {
    expect(shares(ALL, [rate('a1', 90), rate('b1', 10)])).toEqual({ a1: 0.45, a2: 0.5, b1: 0.05 });
  });

  test('send nothing if 0 was measured, or if all of their traffic was measured', () => {
    expect(shares(ALL, [rate('a1', 90), rate('a2', 0), rate('b1', 10)])).toEqual({ a1: 0.9, a2: 0, b1: 0.1 });
    expect(shares(ALL, [rate('a1', 90), rate('b1', 10)], { nodes: new Set(['a2']), zones: new Set() })).toEqual({
      a1: 0.9,
      a2: 0,
      b1: 0.1,
    });
  });

  test('send nothing if all traffic of their zone was measured, unless they or the zone have a rate', () => {
    const measured = { nodes: new Set<string>(), zones: new Set(['zone-a', 'zone-b', 'gone']) };
    expect(shares(ALL, [rate('zone-a', 90, 'zone')], measured)).toEqual({ a1: 1 / 3, a2: 2 / 3, b1: 0 });
    expect(shares(ALL, [rate('a1', 30), rate('b1', 10)], measured)).toEqual({ a1: 0.75, a2: 0, b1: 0.25 });
  });

  test('send by their CPUs if no rate is theirs, or if all rates are 0', () => {
    const byCPU = { a1: 0.25, a2: 0.5, b1: 0.25 };
    expect(shares(ALL, [])).toEqual(byCPU);
    expect(shares(ALL, [rate('gone', 5), rate('zone-z', 5, 'zone')])).toEqual(byCPU);
    expect(shares(ALL, [rate('a1', 0), rate('a2', 0), rate('b1', 0)])).toEqual(byCPU);
    expect(shares(ALL, [], { nodes: new Set(['a1']), zones: new Set(['zone-b']) })).toEqual(byCPU);
  });

  test('count by number where those with data report no CPU', () => {
    const blind = [{ ...A1, milliCPU: 0 }, A2, B1];
    expect(shares(blind, [rate('a1', 50)])).toEqual({ a1: 1 / 3, a2: 1 / 3, b1: 1 / 3 });
  });

  test('are those with data and those without; other sources are listed', () => {
    const rates = [rate('a1', 90), rate('gone', 4), rate('zone-z', 6, 'zone')];
    expect(measuredSenders(new NodeSet(ALL), { rates }).summary).toEqual({
      by: 'rates',
      perSecond: 90,
      clientNodes: 3,
      withoutData: { count: 2, first: ['a2', 'b1'] },
      elsewhere: { count: 2, first: ['gone', 'zone-z'], perSecond: 10 },
    });
  });

  test('keep their rates when another node fails, and a new one sends as much per CPU', () => {
    const clients = new NodeSet(ALL);
    const { weightOf } = measuredSenders(clients, { rates: [rate('a1', 40), rate('a2', 80), rate('b1', 10)] });
    const left = new ReducedNodeSet(new WeightedNodeSet(clients, weightOf), new Set(['a2']));
    expect(left.nodes.map(trafficWeights(left).ofNode)).toEqual([0.8, 0.2]);
    expect(weightOf({ ...A1, name: 'a1-added-1' })).toBe((130 / 16_000) * 4000);
  });

  test('send by their CPUs when the only one that sends fails', () => {
    const clients = new NodeSet(ALL);
    const { weightOf } = measuredSenders(clients, { rates: [rate('a1', 40), rate('a2', 0), rate('b1', 0)] });
    const left = comparable(new ReducedNodeSet(new WeightedNodeSet(clients, weightOf), new Set(['a1'])));
    expect(left.nodes.map(trafficWeights(left).ofNode)).toEqual([2 / 3, 1 / 3]);
  });
});

const someRates = fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(0, 1, 7, 1e6, 0.25), {
  noNullPrototype: true,
});

test('shares add up to 1, and rates decide how measured nodes compare', () => {
  fc.assert(
    fc.property(nodes, someRates, (all, rates) => {
      const list = Object.entries(rates).map(([name, perSecond]) => rate(name, perSecond));
      const own = shares(all, list);
      expect(Object.values(own).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      const measured = all.filter(({ name }) => rates[name] !== undefined).map(({ name }) => name);
      if (!measured.some(name => (rates[name] ?? 0) > 0)) return;
      const [total, share] = [
        sumOf(measured.map(name => rates[name] ?? 0)),
        sumOf(measured.map(name => own[name] ?? 0)),
      ];
      for (const name of measured) expect(own[name]).toBeCloseTo((share * (rates[name] ?? 0)) / total, 9);
    }),
  );
});

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

test('a weighted set equals a new set with these weights, also without some nodes', () => {
  fc.assert(
    fc.property(nodes, someRates, fc.subarray(NAMES), fc.subarray(NAMES), (all, rates, without, named) => {
      const weightOf = ({ name, milliCPU }: Node) => rates[name] ?? milliCPU;
      const content = (set: NodeSet) => {
        const { places, rest } = set.partition([new Set(named)]);
        return {
          size: set.size,
          zones: set.zones,
          weight: set.weight,
          groups: set.groups.map(group => [group.zone, group.weight, group.nodes.length]).sort(),
          entries: NAMES.map(name => set.entry(name)?.group.weight),
          places: places.map(place => place.node.name),
          rest: rest.map(({ representative, weight }) => [representative.name, weight]).sort(),
          cpuRatios: set.cpuRatios,
        };
      };
      const weighted = new WeightedNodeSet(new NodeSet(all), weightOf);
      expect(content(weighted)).toEqual(content(new NodeSet(all, undefined, weightOf)));
      const left = all.filter(({ name }) => !without.includes(name));
      const reduced = new ReducedNodeSet(weighted, new Set(without));
      expect(content(reduced)).toEqual(content(new NodeSet(left, undefined, weightOf)));
      expect(content(reduced.byCPU)).toEqual(content(new NodeSet(left)));
    }),
  );
});
