import type { Advice } from '../../engine/advice/advice.ts';
import { styled, type TextStyle } from '../explain/style.ts';
import { printableValues } from '../printable.ts';
import { type AdviceContext, adviceRows } from './rows.ts';

export type AdviceStyle = TextStyle & AdviceContext;

const LABEL_WIDTH = 12;

/** The advice for one Service as text. */
export function adviceText(given: Advice, style: AdviceStyle): string {
  const advice = printableValues(given);
  const { namespace, name } = advice.service;
  const { head, rows } = adviceRows(advice, style);
  const lines = rows.map(({ label, text }) => `  ${label.padEnd(LABEL_WIDTH)}${text}`);
  return `${[`${styled(style, 'bold', `${namespace}/${name}`)}  ${head}`, ...lines].join('\n')}\n`;
}
