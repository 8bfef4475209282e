import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../cli/terminal.ts';
import { readStories, THREADS } from '../reported-issues/reported-issue.ts';
import { read } from './pages.ts';

const PAGE = read('docs/faq.md');
const STORIES = readStories();

test.each(THREADS)('the FAQ answers %s and links to the rules with findings', thread => {
  const [repository, number] = thread.split('#');
  const answer = PAGE.split(/^### /m).find(part =>
    part.includes(`[${thread}](https://github.com/${repository}/issues/${number})`),
  );
  expect(answer).toBeDefined();
  for (const story of STORIES) {
    if (story.thread === thread && story.rule !== null) expect(answer).toContain(`](rules/${story.rule}.md)`);
  }
});

test('the FAQ shows the findings of the reported issues', () => {
  const outputs = STORIES.map(({ fixture }) => join(ROOT, fixture.file.replace(/\.yaml$/, '.txt')))
    .filter(existsSync)
    .map(file => readFileSync(file, 'utf8').trim());
  const shown = [...PAGE.matchAll(/^```\n(.*?)\n```$/gms)].map(([, text]) => text ?? '');
  expect(shown.length).toBeGreaterThan(9);
  expect(shown.filter(text => !outputs.includes(text))).toEqual([]);
});
