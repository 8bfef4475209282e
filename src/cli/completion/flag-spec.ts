/** A flag as `zonewise VERB --help` describes it. */
export interface FlagHelp {
  /** With its dashes: `--output`. */
  readonly long: string;
  /** `-o`, `null` where there is none. */
  readonly short: string | null;
  /** What stands for its value (`FILE`, `text|json`), `null` for a flag without one. */
  readonly value: string | null;
  readonly says: string;
  /** The values that help lists; empty where it lists none. */
  readonly choices: readonly string[];
}

const ONE = /(?:(-\w), )?(--[a-z-]+)(?: ([A-Z][A-Z0-9=/]*|1\.N|[\w-]+(?:\|[\w-]+)+))?/;
const LINE = new RegExp(`^ {2}(${ONE.source}(?:, ${ONE.source})*) {1,}(\\S.*)$`);
const LISTED = /^[\w-]+(?: \(default\))?(?:, [\w-]+)* or [\w-]+/;

/**
 * The flags of a verb, read from its help: what help does not name is not offered, and what it names has been parsed by
 * the tests. One list to keep, in the words that people read.
 */
export function flagsOf(help: string): readonly FlagHelp[] {
  return help.split('\n').flatMap(line => {
    const match = LINE.exec(line);
    if (!match) return [];
    const [, names = ''] = match;
    const says = match.at(-1) ?? '';
    return [...names.matchAll(new RegExp(ONE, 'g'))].map(([, short, long = '', value]) => ({
      long,
      short: short ?? null,
      value: value ?? null,
      says,
      choices: value === undefined ? [] : choicesIn(value, says),
    }));
  });
}

/** `text|json` of the placeholder, or the enumeration that its description begins with. */
function choicesIn(value: string, says: string): readonly string[] {
  if (value.includes('|')) return value.split('|');
  const listed = LISTED.exec(says)?.[0] ?? '';
  return listed
    .replaceAll(' (default)', '')
    .split(/, | or /)
    .filter(word => word !== '');
}
