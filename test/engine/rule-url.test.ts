import { expect, test } from 'vitest';
import { ruleUrl } from '../../src/engine/rule-url.ts';

test.each([
  ['', null],
  ['https://docs.example.com/rules', 'https://docs.example.com/rules/unknown-field.md'],
  ['https://docs.example.com/rules/', 'https://docs.example.com/rules/unknown-field.md'],
  ['https://docs.example.com/rules/{rule}/', 'https://docs.example.com/rules/unknown-field/'],
  ['https://wiki.example.com/zonewise#{rule}', 'https://wiki.example.com/zonewise#unknown-field'],
])('with docsUrl %j the page of a rule is %j', (docsUrl, url) => {
  expect(ruleUrl({ docsUrl }, 'unknown-field')).toBe(url);
});
