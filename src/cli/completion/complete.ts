import { printable } from '../../report/printable.ts';
import type { Commands } from '../command.ts';
import { visibleFlags } from '../flags/help.ts';
import { type Candidates, NO_CANDIDATES, parseCommandLine } from './command-line.ts';
import { argumentCandidates, valueCandidates } from './values.ts';

/** Cobra's ShellCompDirective (cobra completions.go, v1.10.2), which kubectl and the completion scripts read. */
const NO_SPACE = 2;
const NO_FILES = 4;
const FILTER_BY_EXTENSION = 8;

/**
 * Completions of a command line without its first word, in the format of kubectl plugins: one per line, a tab before the
 * description, and the directive (k8s.io/kubectl pkg/cmd/plugin/plugin_completion.go, v0.37.1). An error yields no
 * completions, because a message would disturb the prompt.
 */
export async function complete(words: readonly string[], commands: Commands): Promise<string> {
  const candidates = await candidatesFor(words, commands).catch(() => NO_CANDIDATES);
  const lines = candidates.words.map(({ word, description }) => (description ? `${word}\t${description}` : word));
  if (candidates.files === 'manifests' && lines.length === 0) return `yaml\nyml\njson\n:${FILTER_BY_EXTENSION}\n`;
  const space = candidates.words.some(({ word }) => /[/=]$/.test(word)) ? NO_SPACE : 0;
  const directive = space | (candidates.files ? 0 : NO_FILES);
  return `${[...lines, `:${directive}`].join('\n')}\n`;
}

async function candidatesFor(words: readonly string[], commands: Commands): Promise<Candidates> {
  const [name = '', ...rest] = words;
  const names = Object.keys(commands);
  if (rest.length === 0) return matching(name, { words: [...names, 'help', 'version'].map(word => ({ word })) });
  if (name === 'help')
    return rest.length > 1 ? NO_CANDIDATES : matching(rest[0] ?? '', { words: names.map(word => ({ word })) });
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) return NO_CANDIDATES;
  const { flags = {} } = await load();
  const line = parseCommandLine(name, rest, flags);
  if (line.valueFlag) return matching(line.typed, await valueCandidates(line.valueFlag, line));
  if (!line.typed.startsWith('-')) return matching(line.typed, await argumentCandidates(line));
  const usable = visibleFlags(flags).filter(([flag, { multiple }]) => multiple || !line.flags.has(flag));
  return matching(line.typed, {
    words: usable.map(([flag, { description }]) => ({ word: `--${flag}`, description })),
  });
}

function matching(typed: string, { words, ...files }: Candidates): Candidates {
  return { ...files, words: words.filter(({ word }) => word.startsWith(typed) && printable(word) === word) };
}
