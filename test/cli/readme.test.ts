import { execFile } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { blocks, commandsOf, DOC_PAGES, ROOT_PAGES, read } from '../docs/pages.ts';
import { ROOT } from './terminal.ts';

const PAGES = [...ROOT_PAGES, ...DOC_PAGES];

/** Commands that need no cluster and end by themselves. */
const CHEAP = ['check', 'explain', 'audit', 'rules', 'demo'];

const commands = PAGES.flatMap(commandsOf);
const cheap = [...new Set(commands)].filter(isCheap);

test('the README shows commands that this test can run', () => {
  expect(commands.length).toBeGreaterThan(4);
  expect(cheap.length).toBeGreaterThan(2);
});

describe('shown commands work', () => {
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

  test('the README shows the exact output of the demo', () => {
    const shown = blocks(read('README.md'), 'console').flatMap(block => block.trimEnd().split(/\n\n(?=\$ )/));
    expect(shown.filter(story => story.startsWith('$ kubectl apply')).length).toBeGreaterThan(0);
    const out = ran.get('npm run demo')?.out;
    for (const story of shown) if (story.startsWith('$ kubectl apply')) expect(out).toContain(`\n${story}\n`);
  });
});

test('shown configurations are valid', () => {
  const shown = PAGES.flatMap(page => blocks(read(page), 'yaml')).filter(text => text.includes('kind: Config\n'));
  expect(shown.length).toBeGreaterThan(0);
  for (const text of shown) expect(() => parseConfig(text, 'the page')).not.toThrow();
});

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
