import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareLevels } from '../../src/model/finding.ts';
import { ROOT } from '../rules/fixture.ts';
import { evaluateFixture, outcomeOf } from '../rules/judge.ts';
import type { Story } from './reported-issue.ts';
import { readStories, THREADS } from './reported-issue.ts';

const STORIES = readStories();
const UPDATE = process.env['UPDATE_FIXTURES'] === '1';

test('every thread has a case in which a rule fires, or one that explains why none does', () => {
  expect(new Set(STORIES.map(story => story.thread))).toEqual(new Set(THREADS));
});

test('every expected output belongs to a case', () => {
  const texts = STORIES.filter(story => story.rule !== null).map(({ fixture }) => `${fixture.name}.txt`);
  const found = readdirSync(join(ROOT, 'test/reported-issues'), { recursive: true, encoding: 'utf8' });
  const stray = found.filter(file => file.endsWith('.txt') && !texts.some(text => file.endsWith(`/${text}`)));
  expect(stray).toEqual([]);
});

describe.each(THREADS)('%s', thread => {
  const stories = STORIES.filter(story => story.thread === thread);
  test.each(stories.map(story => ({ name: story.fixture.name, story })))('$name', async ({ story }) => {
    expect(story.fixture.description, 'is one or two lines').toMatch(/^.{40,330}$/);
    if (story.rule === null) await expectSilence(story);
    else await expectMessage(story, story.rule);
  });
});

async function expectSilence({ fixture }: Story): Promise<void> {
  const { findings } = await evaluateFixture(fixture);
  const loud = findings.filter(({ level }) => compareLevels(level, 'warn') >= 0);
  expect(loud.map(({ message }) => message)).toEqual([]);
}

async function expectMessage({ fixture }: Story, rule: string): Promise<void> {
  const outcome = outcomeOf(rule, await evaluateFixture(fixture));
  expect(outcome, 'the rule fires').toMatch(/^(info|warn|deny) /);
  const file = join(ROOT, fixture.file.replace(/\.yaml$/, '.txt'));
  if (UPDATE) writeFileSync(file, outcome);
  expect(existsSync(file), `${fixture.file} has its .txt; UPDATE_FIXTURES=1 writes it`).toBe(true);
  expect(outcome).toBe(readFileSync(file, 'utf8'));
}
