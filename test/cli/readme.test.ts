import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { audit } from '../../src/cli/audit.ts';
import { check } from '../../src/cli/check.ts';
import { config } from '../../src/cli/config.ts';
import { demo } from '../../src/cli/demo.ts';
import { explain } from '../../src/cli/explain.ts';
import { rules } from '../../src/cli/rules.ts';
import { serve } from '../../src/cli/serve.ts';
import { ui } from '../../src/cli/ui.ts';
import { parseConfig } from '../../src/config.ts';
import { ROOT } from './terminal.ts';

const VERBS = [serve, check, explain, audit, ui, rules, config, demo];
const PAGES = ['README.md', 'CONTRIBUTING.md'].filter(page => existsSync(join(ROOT, page)));
const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');
const SCRIPTS = JSON.parse(read('package.json')).scripts as Record<string, string>;

/** Verbs that need no cluster and end by themselves. */
const CHEAP = ['check', 'explain', 'audit', 'rules', 'demo'];

const commands = PAGES.flatMap(commandsOf);
const cheap = [...new Set(commands)].filter(isCheap);

test('the README shows commands, some of which can be tried here', () => {
  expect(commands.length).toBeGreaterThan(4);
  expect(cheap.length).toBeGreaterThan(2);
});

test.each([...new Set(commands)])('%s names what there is', command => {
  const [tool, ...words] = command.split(/\s+/);
  if (tool !== 'npm') return expect(['zonewise', 'helm', 'docker', 'kubectl', 'node', 'npx', 'git']).toContain(tool);
  const script = words[0] === 'run' ? words.find((word, i) => i > 0 && !word.startsWith('-')) : words[0];
  if (script === 'ci') return;
  expect(Object.keys(SCRIPTS)).toContain(script);
  if (script !== 'zonewise') return;
  const [name, ...args] = words.slice(words.indexOf('--') + 1);
  const verb = VERBS.find(({ name: known }) => known === name);
  expect(VERBS.map(({ name: known }) => known)).toContain(name);
  for (const flag of args.filter(word => word.startsWith('--'))) expect(verb?.help).toContain(flag);
});

describe('what can be tried works', () => {
  const ran = new Map<string, { code: number; out: string; err: string }>();
  beforeAll(async () => {
    const results = await Promise.all(cheap.map(execute));
    for (const [i, result] of results.entries()) ran.set(cheap[i] ?? '', result);
  }, 60_000);

  test.each(cheap)('%s', command => {
    const { code, out, err } = ran.get(command) ?? {};
    expect([0, 1], err).toContain(code);
    expect(err).toBe('');
    expect(out).not.toBe('');
  });

  test('the stories shown are those that the demo tells, word for word', () => {
    const shown = blocks(read('README.md'), 'console').flatMap(block => block.trimEnd().split(/\n\n(?=\$ )/));
    expect(shown.filter(story => story.startsWith('$ kubectl apply')).length).toBeGreaterThan(0);
    const out = ran.get('npm run demo')?.out;
    for (const story of shown) if (story.startsWith('$ kubectl apply')) expect(out).toContain(`\n${story}\n`);
  });
});

test('configurations shown are accepted', () => {
  const shown = PAGES.flatMap(page => blocks(read(page), 'yaml')).filter(text => text.includes('kind: Config\n'));
  expect(shown.length).toBeGreaterThan(0);
  for (const text of shown) expect(() => parseConfig(text, 'README.md')).not.toThrow();
});

test.each(PAGES)('%s links to files that exist', page => {
  const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target]) => target ?? '');
  expect(links.filter(target => !existsSync(join(ROOT, target)))).toEqual([]);
});

function blocks(text: string, language: string): readonly string[] {
  const fences = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...text.matchAll(fences)].map(([, body]) => body ?? '');
}

/** Every command of the shell blocks, and those that stand between backticks in the text. */
function commandsOf(page: string): readonly string[] {
  const text = read(page);
  const lines = blocks(text, 'sh').flatMap(block => block.replaceAll('\\\n', ' ').split('\n'));
  const inline = [...text.matchAll(/`(npm [^`\n]+)`/g)].map(([, command]) => command ?? '');
  return [...lines, ...inline]
    .map(line => line.replace(/\s+#.*$|^#.*$/, ''))
    .flatMap(line => line.split(/&&|\|(?!\|)/))
    .map(command => command.trim())
    .filter(command => command !== '');
}

function isCheap(command: string): boolean {
  if (/^npm run (-s )?demo$/.test(command)) return true;
  const [, verb, rest = ''] = /^npm run -s zonewise -- (\w+)(.*)$/.exec(command) ?? [];
  if (verb === undefined || !CHEAP.includes(verb) || /[<>[\]$]|--live|--kubeconfig/.test(rest)) return false;
  // Without a topology these two read the cluster of the kubeconfig.
  return (verb !== 'explain' && verb !== 'audit') || rest.includes('--topology');
}

function execute(command: string): Promise<{ code: number; out: string; err: string }> {
  const words = command.replace(/^npm run (?!-s)/, 'npm run -s ').split(/\s+/);
  const env = { ...process.env, npm_config_update_notifier: 'false' };
  return new Promise(resolve => {
    const child = execFile(words[0] ?? '', words.slice(1), { cwd: ROOT, env }, (_error, out, err) => {
      resolve({ code: child.exitCode ?? -1, out, err: err.replace(/^npm warn .*\n/gim, '') });
    });
  });
}
