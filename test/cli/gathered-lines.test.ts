import { expect, test, vi } from 'vitest';
import { GatheredLines } from '../../src/legacy/cli-gathered-lines.ts';

function gathering() {
  const out: string[] = [];
  return { out, lines: new GatheredLines(text => out.push(text)) };
}

test('lines leave together, after a moment or when there are enough, each once and in order', () => {
  vi.useFakeTimers();
  try {
    const { out, lines } = gathering();
    lines.write('a\n');
    lines.write('b\n');
    expect(out).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(out).toEqual(['a\nb\n']);
    lines.write(`${'x'.repeat(9_000)}\n`);
    expect(out).toHaveLength(2);
    vi.advanceTimersByTime(1_000);
    expect(out).toHaveLength(2);
  } finally {
    vi.useRealTimers();
  }
});

test('what is left at the end leaves when it is flushed', () => {
  const { out, lines } = gathering();
  lines.write('last\n');
  lines.flush();
  lines.flush();
  expect(out).toEqual(['last\n']);
});
