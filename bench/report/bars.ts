import type { Spread } from '../statistics.ts';
import { number } from './format.ts';

export interface Bar {
  readonly label: string;
  readonly value: Spread;
  /** Names a colour of the plot's style. */
  readonly tone: 'own' | 'peer' | 'echo';
}

export interface BarPanel {
  readonly title: string;
  readonly top: number;
  readonly bars: readonly Bar[];
  readonly unit: (value: number) => string;
  /** The value of the baseline, drawn as a line. */
  readonly reference?: number;
}

export const WIDTH = 760;
const LEFT = 270;
const RIGHT = 90;
const ROW = 22;
const TITLE = 28;

export function barPanelHeight({ bars }: Pick<BarPanel, 'bars'>): number {
  return TITLE + bars.length * ROW + 14;
}

/** Horizontal bars of medians, with a thin line from the least to the most. */
export function barPanel({ title, top, bars, unit, reference }: BarPanel): string {
  const most = Math.max(...bars.map(bar => bar.value.max), reference ?? 0, 1e-9);
  const x = (value: number) => LEFT + (Math.max(0, value) / most) * (WIDTH - LEFT - RIGHT);
  const first = top + TITLE;
  const rows = bars.map(({ label, value, tone }, index) => {
    const y = first + index * ROW;
    const middle = y + ROW / 2;
    return [
      `<text x="${LEFT - 8}" y="${middle + 4}" text-anchor="end">${escaped(label)}</text>`,
      `<rect class="${tone}" x="${LEFT}" y="${y + 4}" width="${round(x(value.median) - LEFT)}" height="${ROW - 8}"/>`,
      `<line class="spread" x1="${round(x(value.min))}" x2="${round(x(value.max))}" y1="${middle}" y2="${middle}"/>`,
      `<text class="value" x="${round(Math.max(x(value.max), x(value.median)) + 6)}" y="${middle + 4}">${unit(value.median)}</text>`,
    ].join('');
  });
  const bottom = first + bars.length * ROW;
  const across =
    reference === undefined
      ? ''
      : `<line class="reference" x1="${round(x(reference))}" x2="${round(x(reference))}" y1="${first}" y2="${bottom}"/>`;
  return [`<text class="title" x="16" y="${top + 16}">${escaped(title)}</text>`, ...rows, across].join('\n');
}

export function ratioUnit(value: number): string {
  return `×${number(value)}`;
}

export function millisecondUnit(value: number): string {
  return `${number(value)} ms`;
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
