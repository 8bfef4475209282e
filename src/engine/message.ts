import type { Finding, Fix } from '../model/finding.ts';
import type { Draft, Loss, MessageFormatter } from '../rules/rule.ts';

export type NameStyle = 'full' | 'counts-only';

/** kube-apiserver truncates warnings to this length if a request has too many (apiserver filters/warning.go, v0.37.1). */
export const MAX_MESSAGE_LENGTH = 256;

interface LengthBudget {
  readonly names: number;
  readonly length: number;
}

/** Tried in order until the message fits. */
const LENGTH_BUDGETS: readonly LengthBudget[] = [
  { names: 3, length: 63 },
  { names: 2, length: 63 },
  { names: 2, length: 32 },
  { names: 1, length: 32 },
  { names: 0, length: 24 },
];

export interface RenderOptions {
  readonly ruleId: string;
  readonly fix: Fix | null;
  readonly names: NameStyle;
  /** True for a finding introduced by an UPDATE. */
  readonly introduced: boolean;
  /** Set if a change of a workload or Node introduces it. */
  readonly loss?: Loss | null;
}

/** The message with the rule id at its end: at most 256 characters, for any names in the cluster. */
export function renderMessage(draft: Draft, how: RenderOptions): string {
  const suffix = ruleSuffix(how.ruleId);
  const rooms = how.names === 'counts-only' ? LENGTH_BUDGETS.slice(-1) : LENGTH_BUDGETS;
  let message = '';
  for (const room of rooms) {
    const fmt = messageFormatter(room);
    message = messageText(draft, how, fmt);
    if (message.length + suffix.length <= MAX_MESSAGE_LENGTH) return replaceUnprintable(message) + suffix;
  }
  return replaceUnprintable(truncate(message, MAX_MESSAGE_LENGTH - suffix.length)) + suffix;
}

function messageText(draft: Draft, { fix, introduced, loss }: RenderOptions, fmt: MessageFormatter): string {
  if (loss) return draft.messageOnLoss?.(fmt, loss) ?? `${loss.cause}: ${draft.message(fmt, fix)}`;
  return (introduced && draft.messageOnChange?.(fmt, fix)) || draft.message(fmt, fix);
}

/** The message of a finding after a condition, within the same length. */
export function prefixedMessage(prefix: string, { message, rule }: Pick<Finding, 'message' | 'rule'>): string {
  const suffix = ruleSuffix(rule);
  const text = replaceUnprintable(prefix) + message.slice(0, -suffix.length);
  return truncate(text, MAX_MESSAGE_LENGTH - suffix.length) + suffix;
}

/** The end of every message of the rule. */
export function ruleSuffix(ruleId: string): string {
  return ` [${ruleId}]`;
}

function messageFormatter(room: LengthBudget): MessageFormatter {
  return {
    list: names => {
      if (room.names === 0 || names.length === 0) return '';
      const shown = names.slice(0, names.length <= room.names ? names.length : Math.max(1, room.names - 1));
      const more = names.length - shown.length;
      const text = shown.map(name => truncate(name, room.length)).join(', ');
      return ` (${text}${more > 0 ? ` and ${more} more` : ''})`;
    },
    value: text => quote(text, room.length),
  };
}

function truncate(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 3)}...`;
}

/** The text becomes one line of an HTTP header and of a terminal, so unprintable characters are replaced. */
function replaceUnprintable(message: string): string {
  return message.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
}

/** Printable ASCII only. */
function quote(text: string, length: number): string {
  const plain = JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^\x20-\x7e]/g, '?');
  return `"${truncate(plain, length)}"`;
}
