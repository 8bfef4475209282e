import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { folder, ROOT } from '../cli/terminal.ts';

export interface Step {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Action {
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly required?: boolean; readonly default?: string }>
  >;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

export const ACTION: Action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'));

export interface Job {
  /** Exit code of the step that failed, else 0. */
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  /** Outputs of the action, by name. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly workspace: string;
}

/**
 * Runs the script steps of the action in the folder `path` as GitHub does: bash --noprofile --norc -eo pipefail FILE in
 * the workspace, with inputs and paths in `env`. Stops at the first step that fails. `npm` is a stand-in that records
 * its arguments.
 */
export function runAction(
  path: string,
  inputs: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
): Job {
  const runner = folder({ 'bin/npm': '#!/bin/sh\necho "$PWD: npm $*"\n' });
  chmodSync(join(runner, 'bin/npm'), 0o755);
  const workspace = folder(files);
  const state = { out: '', err: '', exit: 0, outputs: {} as Record<string, string> };
  for (const step of ACTION.runs.steps.filter(({ run }) => run !== undefined)) {
    if (state.exit !== 0) break;
    const script = join(runner, 'step.sh');
    const outputFile = join(runner, `${step.id ?? 'none'}.output`);
    writeFileSync(script, step.run ?? '');
    const env = Object.fromEntries(
      Object.entries(step.env ?? {}).map(([key, value]) => [key, expand(value, inputs, path)]),
    );
    const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      cwd: workspace,
      encoding: 'utf8',
      env: {
        PATH: [join(runner, 'bin'), dirname(process.execPath), process.env['PATH']].join(delimiter),
        NODE_COMPILE_CACHE: join(path, 'compiled'),
        GITHUB_OUTPUT: outputFile,
        GITHUB_STEP_SUMMARY: join(runner, 'summary.md'),
        ...env,
      },
    });
    state.out += stdout;
    state.err += stderr;
    state.exit = status ?? 255;
    if (step.id && existsSync(outputFile))
      Object.assign(state.outputs, outputsIn(step.id, readFileSync(outputFile, 'utf8')));
  }
  const summary = join(runner, 'summary.md');
  const outputs = Object.fromEntries(
    Object.entries(ACTION.outputs).map(([name, { value }]) => [name, state.outputs[expression(value)] ?? '']),
  );
  return { ...state, outputs, summary: existsSync(summary) ? readFileSync(summary, 'utf8') : '', workspace };
}

function outputsIn(step: string, text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').filter(line => line !== '');
  return Object.fromEntries(
    lines.map(line => [`steps.${step}.outputs.${line.replace(/=.*/, '')}`, line.replace(/^.*?=/, '')]),
  );
}

function expression(text: string): string {
  return /^\$\{\{ (.*) \}\}$/.exec(text)?.[1] ?? '';
}

function expand(text: string, inputs: Readonly<Record<string, string>>, path: string): string {
  const what = expression(text);
  if (what === 'github.action_path') return path;
  const input = /^inputs\.([\w-]+)$/.exec(what)?.[1] ?? '';
  const declared = ACTION.inputs[input];
  if (!declared) throw new Error(`${text} is no expression that this runner knows`);
  return inputs[input] ?? declared.default ?? '';
}

/** A new folder with the result of `npm ci --omit=dev` in a checkout: the sources, and no development packages. */
export function checkoutOfAction(): string {
  const packages: Record<string, { readonly dev?: boolean }> = JSON.parse(
    readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
  ).packages;
  const path = mkdtempSync(join(tmpdir(), 'zonewise-action-'));
  const kept = Object.keys(packages).filter(
    name => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(name) && !packages[name]?.dev,
  );
  // Copies, because Node resolves a link to its target and would find the packages beside that.
  for (const name of ['src', 'scripts', 'package.json'])
    cpSync(join(ROOT, name), join(path, name), { recursive: true });
  for (const name of kept.filter(one => existsSync(join(ROOT, one)))) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    symlinkSync(join(ROOT, name), join(path, name));
  }
  return path;
}
