import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../../src/engine/policy.ts';
import { renderDiagram } from '../../../src/report/explain/diagram.ts';
import type { SenderFlow, SenderGroup } from '../../../src/report/explain/sender-groups.ts';
import type { ExplainStyle } from '../../../src/report/explain/style.ts';
import { percent } from '../../../src/report/percent.ts';

const PLAIN: ExplainStyle = { policy: DEFAULT_POLICY, colour: false };
const to = (zone: string | null, share: number): SenderFlow => ({ verdict: 'forward', zone, endpoints: 2, share });
const dropped = (share: number): SenderFlow => ({ verdict: 'drop', zone: null, endpoints: 0, share });

const LOCAL: readonly SenderGroup[] = [
  { zones: ['zone-a'], nodes: 3, flows: [to('zone-a', 0.5)] },
  { zones: ['zone-b', null], nodes: 2, flows: [dropped(0.125), to('zone-b', 0.25), to(null, 0.125)] },
];

describe('the diagram', () => {
  test('is to scale, with lost traffic as text and in another pattern', () => {
    expect(renderDiagram(LOCAL, { ...PLAIN, columns: 120 })).toEqual([
      '    zone-a, 3 nodes          ──→ zone-a, 2 endpoints   ████████████████████ 50 %',
      '    zone-b, no zone, 2 nodes ─┬→ DROPPED               ░░░░░ 13 %',
      '                              ├→ zone-b, 2 endpoints   ██████████ 25 %',
      '                              └→ no zone, 2 endpoints  █████ 13 %',
    ]);
  });

  test('uses only ASCII if required', () => {
    const lines = renderDiagram(LOCAL, { ...PLAIN, ascii: true });
    expect(lines[1]).toBe('    zone-b, no zone, 2 nodes -+> DROPPED               ..... 13 %');
    expect(lines.join('')).toMatch(/^[ -~]+$/);
  });

  test('fits the terminal, with a bar of at least ten', () => {
    for (const columns of [60, 80, 200]) {
      const widest = Math.max(
        ...renderDiagram([{ zones: ['a'], nodes: 1, flows: [to('a', 1)] }], { ...PLAIN, columns }).map(
          line => line.length,
        ),
      );
      expect(widest, `${columns}`).toBeLessThanOrEqual(columns);
    }
    expect(renderDiagram([{ zones: ['a'], nodes: 1, flows: [to('a', 1)] }], { ...PLAIN, columns: 10 })).toEqual([
      '    a, 1 node ──→ a, 2 endpoints  ██████████ 100 %',
    ]);
  });

  test('shows the smallest flow, in eighths of a cell', () => {
    const [line] = renderDiagram([{ zones: ['a'], nodes: 1, flows: [to('a', 1e-6)] }], PLAIN);
    expect(line).toMatch(/ {2}▏ <1 %$/);
  });

  test('is red only for lost traffic', () => {
    const control = String.fromCharCode(27);
    const lines = renderDiagram(LOCAL, { ...PLAIN, colour: true });
    expect(lines.map(line => line.includes(`${control}[31m`))).toEqual([false, true, false, false]);
    expect(lines.map(line => line.replaceAll(/\p{Cc}\[\d+m/gu, ''))).toEqual(renderDiagram(LOCAL, PLAIN));
  });

  test('shows the first of many zones and sums up the rest, unless all nodes are requested', () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ zones: [`z${i}`], nodes: 1, flows: [to(`z${i}`, 1 / 40)] }));
    const lines = renderDiagram(many, PLAIN);
    expect(lines).toHaveLength(25);
    expect(lines.at(-1)).toBe('    and 16 more, 40 % together; --nodes shows all');
    expect(renderDiagram(many, { ...PLAIN, allNodes: true })).toHaveLength(40);
  });

  test('truncates long names and escapes control characters', () => {
    const [line = ''] = renderDiagram(
      [{ zones: [`\u001b[2J${'z'.repeat(63)}`], nodes: 1, flows: [to('a', 1)] }],
      PLAIN,
    );
    expect(line).toMatch(/^ {4}\\u001b\[2Jz+…, 1 node ──→ a/);
    expect(line.length).toBeLessThanOrEqual(101);
  });

  test('names all zones together if they send in the same proportions', () => {
    const [line] = renderDiagram(
      [{ zones: ['a', 'b'], nodes: 4, flows: [{ verdict: 'reject', zone: null, endpoints: 0, share: 1 }] }],
      PLAIN,
    );
    expect(line).toBe(`    all zones, 4 nodes ──→ REFUSED  ${'░'.repeat(40)} 100 %`);
  });
});

test.each([
  [0, '0 %'],
  [0.001, '<1 %'],
  [0.005, '1 %'],
  [0.334, '33 %'],
  [0.999, '>99 %'],
  [1, '100 %'],
  [0.1 + 0.2 + 0.7, '100 %'],
])('renders %d as %s', (share, text) => {
  expect(percent(share)).toBe(text);
});
