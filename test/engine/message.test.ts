import { describe, expect, test } from 'vitest';
import type { RenderOptions } from '../../src/engine/message.ts';
import { MAX_MESSAGE_LENGTH, renderMessage } from '../../src/engine/message.ts';
import type { Draft, MessageFormatter } from '../../src/rules/rule.ts';

const HOW: RenderOptions = { ruleId: 'a-rule', fix: null, names: 'full', introduced: false };

function rendered(message: (fmt: MessageFormatter) => string, over: Partial<RenderOptions> = {}): string {
  return renderMessage({ message, path: 'spec.type' } satisfies Draft, { ...HOW, ...over });
}

const few = ['node-1', 'node-2', 'node-3'];
const manyLong = Array.from({ length: 5000 }, (_, i) => `${i}-`.padEnd(253, 'x'));

describe('a message', () => {
  test('ends with the id of its rule', () => {
    expect(rendered(() => 'all is lost')).toBe('all is lost [a-rule]');
  });

  test('names three nodes, and of more than three the first two', () => {
    expect(rendered(fmt => `lost${fmt.list(few)}`)).toBe('lost (node-1, node-2, node-3) [a-rule]');
    expect(rendered(fmt => `lost${fmt.list([...few, 'node-4', 'node-5'])}`)).toBe(
      'lost (node-1, node-2 and 3 more) [a-rule]',
    );
  });

  test('has no brackets without names', () => {
    expect(rendered(fmt => `lost${fmt.list([])}`)).toBe('lost [a-rule]');
  });

  test.each([1, 2, 3, 5000])('fits where %i nodes have names of 253 characters', count => {
    const message = rendered(fmt => `${'before '.repeat(10)}${fmt.list(manyLong.slice(0, count))}, dropped; a remedy`);
    expect(message.length).toBeLessThanOrEqual(MAX_MESSAGE_LENGTH);
    expect(message).toMatch(/dropped; a remedy \[a-rule\]$/);
  });

  test('drops names before words', () => {
    const long = 'word '.repeat(48);
    expect(rendered(fmt => `${long}${fmt.list(few)}`)).toBe(`${long} [a-rule]`);
  });

  test('is truncated if nothing else fits, but keeps the id', () => {
    const message = rendered(() => 'x'.repeat(1000));
    expect(message).toHaveLength(MAX_MESSAGE_LENGTH);
    expect(message).toMatch(/x\.\.\. \[a-rule\]$/);
  });

  test('contains no name under counts-only', () => {
    const message = rendered(fmt => `2 of 3 nodes lose traffic${fmt.list(few)}`, { names: 'counts-only' });
    expect(message).toBe('2 of 3 nodes lose traffic [a-rule]');
  });

  test('quotes values on one printable line', () => {
    expect(rendered(fmt => fmt.value('a"b\n\u001b[31mc\u00e9\u2028'))).toBe('"a\\"b\\n\\u001b[31mc??" [a-rule]');
  });

  test('truncates long values', () => {
    expect(rendered(fmt => fmt.value('v'.repeat(300)))).toBe(`"${'v'.repeat(60)}..." [a-rule]`);
  });

  test('contains no control character of a rule or a node name', () => {
    expect(rendered(fmt => `bell\u0007 line\n${fmt.list(['n\u001b[31m1', 'n\u202e2'])}`)).toBe(
      'bell? line? (n?[31m1, n?2) [a-rule]',
    );
  });

  test('mentions the change that introduced the finding', () => {
    const draft: Draft = { message: () => 'standing', messageOnChange: () => 'this change', path: 'spec.type' };
    expect(renderMessage(draft, { ...HOW, introduced: true })).toBe('this change [a-rule]');
    expect(renderMessage(draft, HOW)).toBe('standing [a-rule]');
  });

  test('is the same for a change if the rule has no separate message for it', () => {
    expect(rendered(() => 'standing', { introduced: true })).toBe('standing [a-rule]');
  });
});
