import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { announceSkipped } from '../e2e/assets.ts';
import { runChild } from '../e2e/children.ts';
import { findGoTool } from './go-tools.ts';
import { ROOT } from './site.ts';

const actionlint = await findGoTool('actionlint');
if (actionlint.kind === 'missing') announceSkipped('actionlint (test/release/workflows.test.ts)', actionlint.why);

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const paths = globSync('.github/workflows/*.yml', { cwd: ROOT }).sort();
const workflows = paths.map(path => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
const jobs = workflows.flatMap(({ path, text }) => {
  const workflow: Workflow = parse(text);
  return Object.entries(workflow.jobs).map(([name, job]) => ({ name: `${path} ${name}`, job, workflow }));
});

describe('the workflows', () => {
  test.skipIf(actionlint.kind === 'missing')('pass actionlint', async () => {
    if (actionlint.kind === 'missing') return;
    // A shellcheck that happens to be installed would add findings on some machines only.
    const args = ['-shellcheck=', '-pyflakes=', '-no-color', ...paths];
    expect(await runChild(actionlint.path, args, { cwd: ROOT })).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('pin every action to a commit, with the version beside it', () => {
    const used = workflows.flatMap(({ text }) => [...text.matchAll(/uses: (.*)$/gm)].map(([, action]) => action));
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter(action => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action ?? ''))).toEqual([]);
  });

  test('use each action in one version', () => {
    const pins = new Set(workflows.flatMap(({ text }) => text.match(/[\w-]+\/[\w-]+@[0-9a-f]{40}/g) ?? []));
    const names = [...pins].map(pin => pin.replace(/@.*/, ''));
    expect(names).toHaveLength(new Set(names).size);
  });

  test.each(jobs)('$name has its own permissions and a timeout, and keeps no credentials', ({ job, workflow }) => {
    expect(workflow.permissions).toEqual({});
    expect(job.permissions).toBeDefined();
    expect(job['timeout-minutes']).toBeGreaterThan(0);
    const checkouts = job.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.filter(step => step.with?.['persist-credentials'] !== false)).toEqual([]);
  });

  test.each(jobs)('$name has no expression of the event in a script', ({ job }) => {
    const scripts = job.steps.flatMap(({ run }) => run?.match(/\$\{\{.*?\}\}/g) ?? []);
    expect(scripts.filter(expression => !/^\$\{\{ github\.sha \}\}$/.test(expression))).toEqual([]);
  });
});
