import { expect, test } from 'vitest';
import { deoptimisationsIn, summaryOf } from '../../bench/deoptimisations.ts';

const line = (reason: string, name: string) =>
  `[bailout (kind: deopt-eager, reason: ${reason}): begin. deoptimizing 0x27d9ed8abae1 <JSFunction ${name}(sfi = 0x27d9)>, 0x0a6f <Code MAGLEV>, opt id 0]\n`;

test('a trace is counted by function and reason, without code that is replaced', () => {
  const trace = line('wrong map', 'evaluate ') + line('wrong map', 'evaluate ') + line('not a Smi', '');
  const counts = deoptimisationsIn(trace + line('prepare for on stack replacement (OSR)', 'loop '));
  expect([...counts]).toEqual([
    ['["evaluate","wrong map"]', 2],
    ['["(anonymous 0x27d9)","not a Smi"]', 1],
  ]);
});

test('a function is in a loop if its rate is high in every window', () => {
  const windows = [
    new Map([
      ['["a","x"]', 12],
      ['["b","x"]', 12],
    ]),
    new Map([['["a","x"]', 14]]),
  ];
  expect(summaryOf(windows, 2)).toEqual([
    { name: 'a', reason: 'x', perSecond: 6.5, isLoop: true },
    { name: 'b', reason: 'x', perSecond: 3, isLoop: false },
  ]);
});
