import { describe, expect, test } from 'vitest';
import { percent } from '../../../../src/report/percent.ts';
import { trafficDiagram } from '../../../../src/ui/client/diagram/diagram.ts';
import { layoutDiagram } from '../../../../src/ui/client/diagram/layout.ts';
import {
  diagramText as fullText,
  listNames,
  overloadLevel,
  ribbonText,
} from '../../../../src/ui/client/diagram/text.ts';
import { groupZones } from '../../../../src/ui/client/diagram/zone-groups.ts';
import { evaluateService } from '../../../../src/ui/client/service/evaluate-service.ts';
import { SAMPLE, serviceStateOf, whatIf } from '../../../support/builders.ts';

function picture(evaluated: ReturnType<typeof evaluateService>) {
  const [port] = evaluated.ports;
  const drawn = port && trafficDiagram('internal', port, evaluated);
  if (!drawn) throw new Error('there is a picture');
  return drawn;
}

const LOCAL = picture(
  whatIf(serviceStateOf(SAMPLE, 'monitoring/otel-agent'), { fields: { internalTrafficPolicy: 'Local' } }),
);

describe('the diagram', () => {
  test('draws all shares to one scale', () => {
    const { flows, losses } = layoutDiagram(LOCAL, 900);
    const ratios = [...flows, ...losses].map(({ of, thickness }) => thickness / of.share);
    for (const ratio of ratios) expect(ratio).toBeCloseTo(ratios[0] ?? 0, 6);
  });

  test('places ribbons side by side within their bands', () => {
    const { clients, flows, losses } = layoutDiagram(LOCAL, 900);
    for (const { zone, band } of clients) {
      const own = [...flows, ...losses].filter(({ of }) => of.from === zone.key);
      const sum = own.reduce((total, { thickness }) => total + thickness, 0);
      expect(sum).toBeCloseTo(band.height, 6);
      for (const { y0, thickness } of own) {
        expect(y0 - thickness / 2).toBeGreaterThanOrEqual(band.y - 1e-6);
        expect(y0 + thickness / 2).toBeLessThanOrEqual(band.y + band.height + 1e-6);
      }
    }
  });

  test('ends losses before the endpoints', () => {
    const { losses, endpoints } = layoutDiagram(LOCAL, 900);
    expect(losses).toHaveLength(2);
    for (const { x1 } of losses) expect(x1).toBeLessThan((endpoints[0]?.x ?? 0) / 2 + 100);
  });

  test('lists nodes that lose traffic first and counts the nodes that do not fit', () => {
    const base = serviceStateOf(SAMPLE, 'monitoring/otel-agent');
    const [node] = base.nodes;
    if (!node) throw new Error('the sample has nodes');
    const nodes = Array.from({ length: 40 }, (_, i) => ({ ...node, name: `n${i}`, zone: 'zone-a' }));
    const service = { ...base.service, internalTrafficPolicy: 'Local' };
    const drawn = picture(evaluateService({ ...base, service, nodes: [...base.nodes.slice(0, 3), ...nodes] }));
    const [box] = layoutDiagram(drawn, 900).clients;
    expect(box?.lines.map(({ of, more }) => of?.status ?? more)).toEqual([...Array(5).fill('loses'), 38]);
  });

  test('has a text alternative', () => {
    const [loss] = LOCAL.losses;
    const [flow] = LOCAL.flows;
    expect(loss && ribbonText(loss, LOCAL)).toBe(
      'zone-b, 13 % of the traffic is dropped: 1 node (worker-b3): the node has no endpoint while others have (connections time out)',
    );
    expect(flow && ribbonText(flow, LOCAL)).toBe(
      "zone-a → zone-a, 40 % of the traffic: 3 nodes use the node's own endpoints",
    );
    expect(fullText(LOCAL)).toContain('80 % stays in its zone, 80 % on its node. 20 % is lost.');
  });

  test('shows overload as a number and a level', () => {
    const images = picture(evaluateService(serviceStateOf(SAMPLE, 'shop/images')));
    const [zone] = images.endpointZones;
    expect(zone?.factor).toBeCloseTo(2.47, 1);
    expect([zone?.factor, 1.6, 1, null].map(factor => overloadLevel(factor ?? null))).toEqual([
      'overload',
      'high',
      'fair',
      'fair',
    ]);
  });
});

test.each([2, 3, 7, 8])('the percentages of %d zones are at most 100 together', count => {
  const base = serviceStateOf(SAMPLE, 'shop/cart');
  const [node] = base.nodes;
  if (!node) throw new Error('the sample has nodes');
  const nodes = Array.from({ length: count }, (_, i) => ({ ...node, name: `n${i}`, zone: `zone-${i}` }));
  const { clientZones, endpointZones, flows, losses } = picture(evaluateService({ ...base, nodes }));
  for (const group of [clientZones, endpointZones, [...flows, ...losses]]) {
    const total = group.reduce((sum, { percent: text }) => sum + (text === '<1 %' ? 0 : Number.parseInt(text, 10)), 0);
    expect(total).toBeLessThanOrEqual(100);
  }
  expect(new Set(clientZones.map(({ percent: text }) => text)).size).toBe(1);
});

test('merges the losses of zones that share a box', () => {
  const base = serviceStateOf(SAMPLE, 'monitoring/otel-agent');
  const [node] = base.nodes;
  if (!node) throw new Error('the sample has nodes');
  const nodes = Array.from({ length: 40 }, (_, i) => ({ ...node, name: `n${i}`, zone: `zone-${i}` }));
  const service = { ...base.service, internalTrafficPolicy: 'Local' };
  const { losses, lost } = picture(evaluateService({ ...base, service, nodes }));
  const rest = losses.filter(({ from }) => from === 'rest');
  expect(rest).toHaveLength(1);
  expect(rest[0]?.nodes.length).toBeGreaterThan(20);
  expect(losses.flatMap(loss => loss.nodes)).toHaveLength(40);
  expect(losses.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(lost, 6);
});

test('merges zones beyond the twelfth into one box', () => {
  const names = Array.from({ length: 30 }, (_, i) => `z${String(i).padStart(2, '0')}`);
  const groups = groupZones([...names, 'z29', null]);
  expect(groups.all).toHaveLength(13);
  expect(groups.all.slice(-3).map(({ label }) => label)).toEqual(['z29', '19 more zones', 'no zone']);
  expect(groups.keyOf('z28')).toBe('rest');
});

test('formats numbers and lists for reading', () => {
  expect([0, 0.001, 0.5, 0.999, 1].map(percent)).toEqual(['0 %', '<1 %', '50 %', '>99 %', '100 %']);
  expect(listNames(['a', 'b', 'c', 'd', 'e', 'f'])).toBe('a, b, c, d and 2 more');
});
