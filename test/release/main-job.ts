import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { type CommandResult, endChild, runChild, spawnChild } from '../e2e/children.ts';
import { ENV } from './site.ts';

/** How a user starts zonewise: a program, and the arguments before those of zonewise. */
export interface Program {
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

export function zonewise(program: Program, ...args: readonly string[]): Promise<CommandResult> {
  const { command, args: before = [], cwd, env = {} } = program;
  return runChild(command, [...before, ...args], { cwd, env: { ...ENV, ...env } });
}

/** Checks that `check` reports what it must about web.yaml in the working directory, with its exit codes. */
export async function expectCheck(program: Program): Promise<void> {
  const finding = /^web\.yaml:7 warn default\/web: trafficDistribution PreferSameZone is unused/m;
  const below = await zonewise(program, 'check', 'web.yaml');
  expect([below.code, below.stdout, below.stderr]).toEqual([0, expect.stringMatching(finding), '']);
  expect((await zonewise(program, 'check', 'web.yaml', '--fail-on', 'warn')).code).toBe(1);
  const unusable = await zonewise(program, 'check', 'missing.yaml');
  expect([unusable.code, unusable.stderr]).toEqual([
    2,
    expect.stringMatching(/^zonewise: missing\.yaml: cannot be read/),
  ]);
}

/** Checks that `ui` serves the built page and the sample cluster. */
export async function expectPage(program: Program): Promise<void> {
  const { command, args = [], cwd, env = {} } = program;
  const child = spawnChild(command, [...args, 'ui', '--port', '0'], {
    cwd,
    env: { ...ENV, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    if (!child.stdout) throw new Error('no standard output');
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const url = line.replace('zonewise page: ', '');
    const html = await (await fetch(url)).text();
    const [, script = ''] = /<script [^>]*src="\.\/(assets\/[^"]+)"/.exec(html) ?? [];
    expect((await fetch(url + script)).headers.get('content-type')).toMatch(/^text\/javascript/);
    const overview = (await (await fetch(`${url}api/overview`)).json()) as { readonly source: unknown };
    expect(overview.source).toEqual({ kind: 'sample', name: 'sample/cluster.yaml' });
  } finally {
    await endChild(child);
  }
  expect(child.exitCode).toBe(0);
}
