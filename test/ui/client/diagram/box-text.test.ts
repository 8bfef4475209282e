import { describe, expect, test } from 'vitest';
import { clientHead, endpointHead, truncateToWidth, wrapName } from '../../../../src/ui/client/diagram/box-text.ts';

describe('a name in a box', () => {
  test('wraps behind a separator, without losing a letter', () => {
    expect(wrapName('europe-west1-b', 80, 8)).toEqual(['europe-', 'west1-b']);
    expect(wrapName('zone-a', 80, 8)).toEqual(['zone-a']);
    const long = 'a-zone-with-a-name-of-sixty-three-letters-and-not-one-letter-more';
    expect(wrapName(long, 100, 8).join('')).toBe(long);
    expect(wrapName('x'.repeat(40), 100, 8).join('')).toBe('x'.repeat(40));
  });

  test('has at most seven lines', () => {
    const lines = wrapName('x'.repeat(5_000), 100, 8);
    expect(lines).toHaveLength(7);
    expect(lines.at(-1)).toMatch(/…$/);
  });

  test('of a node keeps its start and its end', () => {
    expect(truncateToWidth('ip-10-0-7-3.eu-central-1.compute.internal', 150)).toBe('ip-10-0-7-3.eu…ternal');
    expect(truncateToWidth('worker-a1', 150)).toBe('worker-a1');
  });
});

describe('a compact box', () => {
  const space = { width: 110, isCompact: true };
  const node = (status: 'sends' | 'loses' | 'not-sent') => ({ name: 'n', status });

  test('counts the nodes, and those that lose traffic', () => {
    const zone = { key: 'z', label: 'zone-a', share: 0.4, percent: '40 %', nodes: [node('loses'), node('sends')] };
    expect(clientHead(zone, space).notes).toEqual(['2 nodes', '40 %', '✕ 1 loses']);
    expect(clientHead({ ...zone, nodes: [node('sends')] }, space).notes).toEqual(['1 node', '40 %']);
    expect(clientHead({ ...zone, nodes: [node('not-sent')] }, space).notes).toEqual(['1 node', 'left out']);
  });

  test('lists its load below its endpoints', () => {
    const zone = { key: 'z', label: 'zone-a', share: 0.5, percent: '50 %', factor: 2.5, endpoints: [], notReady: 1 };
    expect(endpointHead(zone, space).notes).toEqual(['0 endpoints', '1 not ready', '50 %', '▲ ×2.5']);
    expect(endpointHead({ ...zone, factor: null }, { width: 200, isCompact: false }).notes).toEqual([
      '0 endpoints, 1 not ready · 50 %',
    ]);
  });
});
