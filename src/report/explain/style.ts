import { styleText } from 'node:util';
import type { Policy } from '../../engine/policy.ts';

/** The output style of explain. */
export interface ExplainStyle {
  readonly policy: Policy;
  readonly colour: boolean;
  /** Width of the terminal; 100 without one. */
  readonly columns?: number | undefined;
  /** Excludes block and line characters. */
  readonly ascii?: boolean | undefined;
  /** Names every node. */
  readonly allNodes?: boolean | undefined;
}

export function styled({ colour }: ExplainStyle, style: Parameters<typeof styleText>[0], text: string): string {
  return colour ? styleText(style, text, { validateStream: false }) : text;
}

/** The text with ASCII arrows if the terminal needs them. */
export function arrows({ ascii }: ExplainStyle, text: string): string {
  return ascii ? text.replaceAll('→', '->') : text;
}
