import { styleText } from 'node:util';
import type { Policy } from '../../engine/policy.ts';

/** How explain is written. */
export interface ExplainStyle {
  readonly policy: Policy;
  readonly colour: boolean;
  /** Width of the terminal; 100 where there is none. */
  readonly columns?: number | undefined;
  /** No block and line characters. */
  readonly ascii?: boolean | undefined;
  /** Every node by name. */
  readonly allNodes?: boolean | undefined;
}

export function paint({ colour }: ExplainStyle, style: Parameters<typeof styleText>[0], text: string): string {
  return colour ? styleText(style, text, { validateStream: false }) : text;
}
