import { expect, test } from 'vitest';
import { deoptimisationsIn, summaryOf } from '../../bench/deoptimisations.ts';

const line = (reason: string, name: string) =>
  `[bailout (kind: deopt-eager, reason: ${reason}): begin. deoptimizing 0x27d9ed8abae1 <JSFunction ${name}(sfi = 0x27d9)>, 0x0a6f <Code MAGLEV>, opt id 0]\n`;

test('a trace is split by function, without code that is replaced', () => {
  const trace = line('wrong map', 'evaluate ') + line('not a Smi', 'evaluate ') + line('not a Smi', '');
  const found = deoptimisationsIn(trace + line('prepare for on stack replacement (OSR)', 'loop '));
  expect([...found]).toEqual([
    ['evaluate', ['wrong map', 'not a Smi']],
    ['(anonymous 0x27d9)', ['not a Smi']],
  ]);
});

test('a function is in a loop if its rate is high in every window', () => {
  const times = (count: number) => Array.from({ length: count }, (_, i) => (i % 2 ? 'x' : 'y'));
  const windows = [
    new Map([
      ['a', times(12)],
      ['b', times(12)],
    ]),
    new Map([['a', times(14)]]),
  ];
  expect(summaryOf(windows, 2)).toEqual([
    { name: 'a', reason: 'y, x', perSecond: 6.5, isLoop: true },
    { name: 'b', reason: 'y, x', perSecond: 3, isLoop: false },
  ]);
});
