import type { Flag, Flags } from '../command.ts';

/** Words or files that may follow at the cursor. */
export interface Candidates {
  readonly words: readonly { readonly word: string; readonly description?: string }[];
  /** Files that the shell adds: none, all, or manifests. */
  readonly files?: 'any' | 'manifests';
}

export const NO_CANDIDATES: Candidates = { words: [] };

/** The parsed words before the cursor. */
export interface CommandLine {
  readonly command: string;
  /** Values by flag name; `true` for a flag without a value. */
  readonly flags: ReadonlyMap<string, readonly (string | true)[]>;
  readonly arguments: readonly string[];
  /** The flag whose value is being typed. */
  readonly valueFlag: Flag | null;
  /** The typed part of the word, or of the value after `--flag=`. */
  readonly typed: string;
}

/** Parses the words after the name of the command. The last word is the one being typed. */
export function parseCommandLine(command: string, words: readonly string[], known: Flags): CommandLine {
  const flags = new Map<string, (string | true)[]>();
  const positionals: string[] = [];
  const add = (name: string, value: string | true) => flags.set(name, [...(flags.get(name) ?? []), value]);
  let pending: string | null = null;
  for (const word of words.slice(0, -1)) {
    const [name, value] = splitFlag(word, known);
    if (pending !== null) {
      add(pending, word);
      pending = null;
    } else if (name === null) {
      if (!word.startsWith('-') || word === '-') positionals.push(word);
    } else if (value !== undefined || !known[name]?.value) add(name, value ?? true);
    else pending = name;
  }
  const last = words.at(-1) ?? '';
  const [name, value] = pending === null && last.includes('=') ? splitFlag(last, known) : [pending];
  const valueFlag = name === null ? null : (known[name] ?? null);
  return { command, flags, arguments: positionals, valueFlag, typed: value ?? last };
}

/** Name and `=` value of a known flag; the name is `null` for every other word. */
function splitFlag(word: string, known: Flags): readonly [name: string | null, value?: string] {
  const [, long, value, short] = /^--([^=]+)(?:=(.*))?$|^-(\w)$/s.exec(word) ?? [];
  const name = long ?? Object.keys(known).find(key => short && known[key]?.short === short);
  if (name === undefined || !Object.hasOwn(known, name)) return [null];
  return value === undefined ? [name] : [name, value];
}
