import { DATA_PLANE_NAMES } from '../../model/data-plane-text.ts';
import type { Flag, Flags, ValueKind } from '../command.ts';

const PLACEHOLDERS: Readonly<Record<ValueKind, string>> = {
  file: 'FILE',
  manifests: 'FILE',
  context: 'NAME',
  namespace: 'NAME',
  version: '1.N',
  'data-plane': 'NAME',
  edit: 'FIELD=VALUE',
  port: 'N',
  scale: 'KIND/NAME=N',
  workload: 'KIND/NAME',
  node: 'NODE',
  zone: 'ZONE',
  address: 'ADDRESS',
  number: 'N',
  selector: 'SELECTOR',
  text: 'TEXT',
};

/** The column of descriptions, at most. A longer usage moves its description to the right. */
const MAX_COLUMN = 28;
const WIDTH = 120;

export function visibleFlags(flags: Flags): readonly (readonly [name: string, flag: Flag])[] {
  return Object.entries(flags).filter(([, flag]) => !flag.hidden);
}

/** The flags of a command as lines of its help. */
export function flagHelp(flags: Flags): string {
  const rows = visibleFlags(flags).map(([name, flag]) => [`  ${flagUsage(name, flag)}`, flagText(flag)] as const);
  const column = Math.min(MAX_COLUMN, Math.max(...rows.map(([usage]) => usage.length)) + 2);
  return rows
    .map(([usage, text]) => {
      const lines = wrap(text, WIDTH - column);
      return `${usage.padEnd(column - 2)}  ${lines.join(`\n${' '.repeat(column)}`)}`;
    })
    .join('\n');
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** `-o, --output FORMAT`. */
export function flagUsage(name: string, { short, value, placeholder }: Flag): string {
  const shown = placeholder ?? (typeof value === 'string' ? PLACEHOLDERS[value] : value?.join('|'));
  return `${short ? `-${short}, ` : ''}--${name}${shown ? ` ${shown}` : ''}`;
}

/** The description with the allowed values, unless the usage lists them, and the default. */
export function flagText(flag: Flag): string {
  const values = flag.placeholder ? allowedValues(flag) : [];
  const list = values.length > 0 ? `: ${values.slice(0, -1).join(', ')} or ${values.at(-1)}` : '';
  const repeatable = flag.multiple ? '; repeatable' : '';
  return `${flag.description}${list}${repeatable}${flag.default ? ` (default ${flag.default})` : ''}`;
}

/** The values that a flag takes; empty if they are not enumerable. */
export function allowedValues({ value }: Flag): readonly string[] {
  if (value === 'data-plane') return ['auto', ...DATA_PLANE_NAMES];
  return typeof value === 'string' ? [] : (value ?? []);
}
