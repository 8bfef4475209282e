import { expect, test } from 'vitest';
import { advise } from '../../src/cli/advise.ts';
import { audit } from '../../src/cli/audit.ts';
import { check } from '../../src/cli/check.ts';
import { completion } from '../../src/cli/completion.ts';
import { config } from '../../src/cli/config.ts';
import { controller } from '../../src/cli/controller.ts';
import { demo } from '../../src/cli/demo.ts';
import { explain } from '../../src/cli/explain.ts';
import { rules } from '../../src/cli/rules.ts';
import { serve } from '../../src/cli/serve.ts';
import { snapshot } from '../../src/cli/snapshot.ts';
import { ui } from '../../src/cli/ui.ts';
import { commandsOf, DOC_PAGES, ROOT_PAGES, read } from './pages.ts';

const COMMANDS = [serve, check, explain, advise, audit, ui, snapshot, rules, config, controller, demo, completion];
const SCRIPTS: Readonly<Record<string, string>> = JSON.parse(read('package.json')).scripts;
const NPM_COMMANDS = ['ci', 'link', 'pack', 'install', 'view', 'audit'];

/** Third-party tools, whose flags are not checked. */
const OTHERS = [
  'helm',
  'docker',
  'kubectl',
  'kustomize',
  'node',
  'npx',
  'git',
  'curl',
  'cd',
  'ln',
  'source',
  'sudo',
  'gh',
  'cosign',
];

const commands = [...new Set([...ROOT_PAGES, ...DOC_PAGES].flatMap(commandsOf))];

test('finds the commands of the pages', () => {
  expect(commands.length).toBeGreaterThan(50);
});

test.each(commands)('%s names an existing command and existing flags', command => {
  const words = command.replace(/^\w+=\$\(/, '').split(/\s+/);
  const own = ownWords(words);
  if (own === null) return expect([...OTHERS, 'npm']).toContain(words[0]?.replace(/^[A-Z_]+=.*$/, 'npm'));
  const [name, ...args] = own;
  const verb = COMMANDS.find(({ name: known }) => known === name);
  expect(COMMANDS.map(({ name: known }) => known)).toContain(name);
  for (const arg of args.filter(word => /^--?[a-z]/.test(word))) {
    const [flag] = arg.split('=');
    expect(verb?.help, `${name} ${flag}`).toMatch(new RegExp(`(?<![\\w-])${flag}(?![\\w-])`));
  }
});

/** The arguments of `zonewise`, for every way to call it; `null` for another tool. */
function ownWords(words: readonly string[]): readonly string[] | null {
  const [tool, second] = words;
  if (tool === 'zonewise') return words.slice(1);
  if (tool === 'kubectl' && second === 'zonewise') return words.slice(2);
  if (tool !== 'npm') return null;
  const script = second === 'run' ? words.find((word, i) => i > 1 && !word.startsWith('-')) : second;
  expect([...Object.keys(SCRIPTS), ...NPM_COMMANDS]).toContain(script);
  const [, verb] = /^node src\/main\.ts(.*)$/.exec(SCRIPTS[script ?? ''] ?? '') ?? [];
  if (verb === undefined) return null;
  const args = words.includes('--') ? words.slice(words.indexOf('--') + 1) : [];
  return [...verb.split(/\s+/), ...args].filter(Boolean);
}
