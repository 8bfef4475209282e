import { describe, expect, test } from 'vitest';
import { rules } from '../../src/cli/rules.ts';
import { RULES } from '../../src/rules/index.ts';
import { run } from './terminal.ts';

test('lists one line per rule: level, id, summary', async () => {
  const { exit, out } = await run(rules, []);
  expect(exit).toBe(0);
  const lines = out.trimEnd().split('\n');
  expect(lines.map(line => line.split(/ +/).slice(0, 2))).toEqual(RULES.map(rule => [rule.level, rule.id]));
  for (const [i, rule] of RULES.entries()) expect(lines[i]).toContain(rule.summary);
});

test('explains one rule with why, fix, source and an example', async () => {
  const { out } = await run(rules, ['local-policy-uncovered-nodes']);
  expect(out).toMatch(/^local-policy-uncovered-nodes \(warn\)\n/);
  for (const part of [
    'Why: ',
    'Fix: ',
    'Needs: nodes, endpoints',
    'Decided by: pkg/proxy/',
    'Example:\n  apiVersion: v1',
  ]) {
    expect(out).toContain(part);
  }
  expect(out).not.toContain('undefined');
});

describe('-o json', () => {
  test('holds all metadata of all rules', async () => {
    const all = JSON.parse((await run(rules, ['-o', 'json'])).out) as Record<string, unknown>[];
    expect(all.map(rule => rule['id'])).toEqual(RULES.map(rule => rule.id));
    const fields = ['id', 'level', 'needs', 'summary', 'why', 'fix', 'example', 'source', 'options'];
    for (const rule of all) expect(Object.keys(rule)).toEqual(fields);
  });

  test('holds the one rule that is named', async () => {
    const { out } = await run(rules, ['unsupported-value', '-o', 'json']);
    expect(JSON.parse(out)).toMatchObject([{ id: 'unsupported-value', level: 'deny' }]);
  });
});

test.each([
  [['nope'], 'no rule is called "nope"; zonewise rules lists them'],
  [['zone-hints-blokced'], 'zonewise rules lists them; did you mean zone-hints-blocked?'],
  [['unsupported-value', 'nope'], 'rules takes one ID; "nope" is a second one'],
  [['-o', 'yaml'], '-o yaml is not known; expected text or json'],
  [['--id'], "Unknown option '--id'; see zonewise rules --help"],
])('rejects %j', async (args, message) => {
  await expect(run(rules, args)).rejects.toThrow(message);
});
