import { styleText } from 'node:util';
import type { Policy } from '../../engine/policy.ts';

export interface TextStyle {
  readonly colour: boolean;
}

/** The output style of explain. */
export interface ExplainStyle extends TextStyle {
  readonly policy: Policy;
  /** Width of the terminal; 100 without one. */
  readonly columns?: number | undefined;
  /** Excludes block and line characters. */
  readonly ascii?: boolean | undefined;
  /** The price of a GB between zones; only with measured bytes. */
  readonly pricePerGB?: number | null | undefined;
  /** Names every node. */
  readonly allNodes?: boolean | undefined;
}

export function styled({ colour }: TextStyle, style: Parameters<typeof styleText>[0], text: string): string {
  return colour ? styleText(style, text, { validateStream: false }) : text;
}

/** The text with ASCII arrows if the terminal needs them. */
export function arrows({ ascii }: ExplainStyle, text: string): string {
  return ascii ? text.replaceAll('→', '->') : text;
}
