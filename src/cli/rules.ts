import { didYouMean } from '../model/did-you-mean.ts';
import { RULES } from '../rules/index.ts';
import type { Rule } from '../rules/rule.ts';
import { InputError } from '../runtime/errors.ts';
import type { Command, Terminal } from './command.ts';
import { parseFlags } from './flags/flags.ts';
import { flagHelp } from './flags/help.ts';

const FLAGS = {
  output: { value: ['text', 'json'], short: 'o', default: 'text', description: 'output format' },
} as const;

const HELP = `List the rules, or explain one.

  zonewise rules [ID] [-o text|json]

${flagHelp(FLAGS)}

Examples:
  zonewise rules
  zonewise rules local-policy-uncovered-nodes
  zonewise rules -o json
`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseFlags('rules', args, FLAGS);
  const [id, more] = positionals;
  if (more !== undefined) throw new InputError(`rules takes one ID; ${JSON.stringify(more)} is a second one`);
  const chosen = id === undefined ? RULES : RULES.filter(rule => rule.id === id);
  if (id !== undefined && chosen.length === 0) {
    const meant = didYouMean(
      id,
      RULES.map(rule => rule.id),
    );
    throw new InputError(`no rule is called ${JSON.stringify(id)}; zonewise rules lists them${meant}`);
  }
  if (values.output === 'json') terminal.out(`${JSON.stringify(chosen.map(metadata), null, 2)}\n`);
  else terminal.out(id === undefined ? table(chosen) : chosen.map(describe).join('\n'));
  return 0;
}

function metadata({ id, level, needs, summary, why, fix, example, source, options = {} }: Rule): object {
  return { id, level, needs, summary, why: flow(why), fix: flow(fix), example, source, options };
}

function table(rules: readonly Rule[]): string {
  const width = Math.max(...rules.map(rule => rule.id.length));
  return rules.map(rule => `${rule.level.padEnd(5)} ${rule.id.padEnd(width)}  ${rule.summary}\n`).join('');
}

function describe(rule: Rule): string {
  return `${rule.id} (${rule.level})
${rule.summary}.

Why: ${flow(rule.why)}

Fix: ${flow(rule.fix)}

Needs: ${rule.needs.join(', ') || 'only the Service'}
Decided by: ${rule.source}
Page: docs/rules/${rule.id}.md; code: src/rules/${rule.id}.ts; fixtures: test/rules/${rule.id}/

Example:
${rule.example.replace(/^(?=.)/gm, '  ')}`;
}

function flow(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

export const rules: Command = {
  name: 'rules',
  summary: 'list the rules, or explain one',
  help: HELP,
  flags: FLAGS,
  run,
};
