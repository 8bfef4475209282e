import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MAX_MESSAGE_LENGTH } from '../../src/engine/message.ts';
import { compareLevels } from '../../src/model/finding.ts';
import { RULES } from '../../src/rules/index.ts';
import type { Need, Rule } from '../../src/rules/rule.ts';
import type { Fixture } from './fixture.ts';
import { fixtureFolders, fixtureFrom, ROOT, readFixtures } from './fixture.ts';
import type { FixtureResult } from './judge.ts';
import { evaluateFixture, outcomeOf } from './judge.ts';

const UPDATE = process.env['UPDATE_FIXTURES'] === '1';

test('every fixture folder belongs to a rule', () => {
  expect(fixtureFolders().filter(folder => !RULES.some(rule => rule.id === folder))).toEqual([]);
});

describe.each(RULES.map(rule => ({ id: rule.id, rule })))('$id', ({ rule }) => {
  const fixtures = readFixtures(rule.id);

  test('has a fixture that fires, one that is silent and, if it has needs, one that is skipped', () => {
    const outcomes = new Set(fixtures.map(fixture => fixture.outcome));
    expect([...outcomes]).toEqual(expect.arrayContaining(rule.needs.some(isSkipping) ? [...ALL, 'skips'] : ALL));
  });

  test('has texts in the form that the output requires', () => {
    const { id, summary, why, fix, source, example } = rule;
    expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/);
    expect(summary).toMatch(/^[^\n]{10,120}[^.\n]$/);
    for (const text of [why, fix]) expect(text).toMatch(/^\S[\s\S]+[.)]$/);
    expect(source, 'pinned').toMatch(/\d+\.\d+|^zonewise$/);
    expect([summary, why, fix, source, example].join('\n')).not.toContain('TODO');
    expect(readFileSync(join(ROOT, `src/rules/${id}.ts`), 'utf8')).not.toContain('TODO');
  });

  // A change of a workload needs more than the manifest of a Service.
  test.skipIf(rule.needs.includes('workload change'))(
    'has an example that fires, or that is skipped only for lack of a cluster',
    async () => {
      const { findings, skipped } = await evaluateFixture(exampleOf(rule));
      const spoke = (results: readonly { readonly rule: string }[]) => results.some(({ rule: id }) => id === rule.id);
      expect(spoke(rule.needs.some(need => OF_A_CLUSTER.includes(need)) ? skipped : findings)).toBe(true);
    },
  );

  test.each(fixtures.map(fixture => ({ name: fixture.name, fixture })))('$name', async ({ fixture }) => {
    const result = await evaluateFixture(fixture);
    expectOutcome(fixture, result);
    expectPresentable(result);
    expectOutput(fixture, outcomeOf(rule.id, result));
  });
});

const ALL = ['fires', 'silent'];
/** A rule for manifests or audits does not apply elsewhere, so it is not reported as skipped. */
const isSkipping = (need: Need) => need !== 'manifest' && need !== 'cluster' && need !== 'workload change';
const OF_A_CLUSTER: readonly string[] = ['nodes', 'slices', 'endpoints', 'cluster'];

/** The example as a fixture; `--kubernetes-version 1.30` and `--dataplane cilium` in its comments are applied. */
function exampleOf({ id, example, needs }: Rule): Fixture {
  const version = /--kubernetes-version (1\.\d+)/.exec(example)?.[1];
  const dataPlane = /--dataplane (\S+)/.exec(example)?.[1];
  const source = needs.includes('cluster') && '# source: cluster\n';
  const headers = [source, version && `# kubernetes: ${version}\n`, dataPlane && `# dataplane: ${dataPlane}\n`];
  return fixtureFrom(id, `test/rules/${id}/fires-example.yaml`, headers.map(line => line || '').join('') + example);
}

function expectOutcome(fixture: Fixture, { findings, skipped }: FixtureResult): void {
  const fired = findings.filter(finding => finding.rule === fixture.rule);
  const passed = skipped.filter(skip => skip.rule === fixture.rule && !skip.reason);
  // A skipped rule has no findings either, which would prove nothing.
  if (fixture.outcome === 'skips') expect(passed, 'the rule is skipped').not.toEqual([]);
  else expect(passed, 'the rule is not skipped').toEqual([]);
  if (fixture.outcome === 'fires') expect(fired, 'the rule fires').not.toEqual([]);
  else expect(fired, 'the rule has no findings').toEqual([]);
  if (fixture.outcome !== 'silent') return;
  const { silentFrom, allow } = fixture.settings;
  const loud = findings.filter(f => compareLevels(f.level, silentFrom) >= 0 && !allow.includes(f.rule));
  expect(
    loud.map(finding => finding.message),
    'no rule has findings',
  ).toEqual([]);
}

/** The requirements of every message. */
function expectPresentable({ findings }: FixtureResult): void {
  for (const { message, rule, path } of findings) {
    expect(message.length, message).toBeLessThanOrEqual(MAX_MESSAGE_LENGTH);
    expect(message, 'ends with the id').toMatch(new RegExp(` \\[${rule}\\]$`));
    expect(message, 'is one line of printable text').not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    // An unknown field may be anywhere.
    if (rule !== 'unknown-field') expect(path, 'names a field').toMatch(/^(metadata|spec)\./);
  }
}

function expectOutput(fixture: Fixture, results: string): void {
  const file = join(ROOT, fixture.file.replace(/\.yaml$/, '.txt'));
  if (UPDATE) writeFileSync(file, results);
  expect(existsSync(file), `${fixture.file} has its .txt; UPDATE_FIXTURES=1 writes it`).toBe(true);
  expect(results).toBe(readFileSync(file, 'utf8'));
}
