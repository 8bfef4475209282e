import type { Verb } from '../command.ts';
import type { Candidates, CommandLine } from './command-line.ts';
import type { FlagHelp } from './flag-spec.ts';
import { flagsOf } from './flag-spec.ts';
import { argumentChoices, valueChoices } from './values.ts';

export type Verbs = Readonly<Record<string, () => Promise<Verb>>>;

/** Cobra's ShellCompDirective (cobra completions.go, v1.10.2), which kubectl and our own scripts read. */
const NO_SPACE = 2;
const NO_FILES = 4;
const FILTER_BY_EXTENSION = 8;

/**
 * Completions of a command line without its first word, as kubectl's plugins print them: a line each, with a tab before
 * its description, and the directive (k8s.io/kubectl pkg/cmd/plugin/plugin_completion.go, v0.37.1). Whatever goes wrong,
 * nothing is offered: a message in the middle of somebody's prompt is worse.
 */
export async function complete(words: readonly string[], verbs: Verbs): Promise<string> {
  const choices = await choicesFor(words, verbs).catch((): Candidates => ({ words: [] }));
  const lines = choices.words.map(({ word, says }) => (says ? `${word}\t${says}` : word));
  if (choices.files === 'manifests' && lines.length === 0) return `yaml\nyml\njson\n:${FILTER_BY_EXTENSION}\n`;
  const open = choices.words.some(({ word }) => /[/=]$/.test(word)) ? NO_SPACE : 0;
  const directive = open | (choices.files ? 0 : NO_FILES);
  return `${[...lines, `:${directive}`].join('\n')}\n`;
}

async function choicesFor(words: readonly string[], verbs: Verbs): Promise<Candidates> {
  const [name = '', ...rest] = words;
  if (rest.length === 0) return matching(name, { words: [...Object.keys(verbs), 'help', 'version'].map(asWord) });
  if (name === 'help')
    return rest.length > 1 ? NOTHING : matching(rest[0] ?? '', { words: Object.keys(verbs).map(asWord) });
  const load = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (!load) return NOTHING;
  const flags = flagsOf((await load()).help);
  const line = readLine(name, rest, flags);
  if (line.valueOf) return matching(line.typed, await valueChoices(line.valueOf, line));
  if (line.typed.startsWith('-')) return matching(line.typed, { words: flags.filter(isFree(line)).map(asFlag) });
  return matching(line.typed, await argumentChoices(line));
}

const NOTHING: Candidates = { words: [] };

function matching(typed: string, { words, ...files }: Candidates): Candidates {
  return { ...files, words: words.filter(({ word }) => word.startsWith(typed)) };
}

function asWord(word: string): Candidates['words'][number] {
  return { word };
}

function asFlag({ long, says }: FlagHelp): Candidates['words'][number] {
  return { word: long, says };
}

/** Once is enough, but for flags that say otherwise. */
function isFree({ given }: CommandLine): (flag: FlagHelp) => boolean {
  return ({ long, says }) => !given.has(long) || /\brepeatable\b/.test(says);
}

function readLine(verb: string, words: readonly string[], flags: readonly FlagHelp[]): CommandLine {
  const given = new Map<string, (string | true)[]>();
  const positionals: string[] = [];
  const note = ({ long }: FlagHelp, value: string | true) => given.set(long, [...(given.get(long) ?? []), value]);
  const before = words.slice(0, -1);
  const last = words.at(-1) ?? '';
  let waiting: FlagHelp | null = null;
  for (const word of before) {
    const [name = '', value] = splitFlag(word);
    const flag: FlagHelp | undefined = flags.find(({ long, short }) => long === name || short === name);
    if (waiting) {
      note(waiting, word);
      waiting = null;
    } else if (!flag) {
      if (!word.startsWith('-') || word === '-') positionals.push(word);
    } else if (flag.value === null || value !== undefined) note(flag, value ?? true);
    else waiting = flag;
  }
  const [name = '', value] = splitFlag(last);
  const inOne = waiting || value === undefined ? undefined : flags.find(({ long }) => long === name);
  const typed = inOne ? (value ?? '') : last;
  return { verb, given, arguments: positionals, valueOf: waiting ?? inOne ?? null, typed };
}

function splitFlag(word: string): readonly [string, string?] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}
