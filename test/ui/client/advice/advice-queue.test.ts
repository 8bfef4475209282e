import { expect, test } from 'vitest';
import type { Advice } from '../../../../src/engine/advice/advice.ts';
import {
  AdviceQueue,
  type AdviceResult,
  type AdviceWorkerEvents,
} from '../../../../src/ui/client/advice/advice-queue.ts';
import type { ServiceState } from '../../../../src/ui/client/service/service-state.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

/** States and advice are only passed on. */
const stateOf = (name: string) => ({ service: { name } }) as ServiceState;
const adviceOf = (name: string) => ({ service: { name } }) as Advice;

function queue() {
  const sent: string[] = [];
  const results: AdviceResult[] = [];
  const clock = new FakeClock();
  const started: AdviceWorkerEvents[] = [];
  let ended = 0;
  const own = new AdviceQueue({
    startWorker: events => {
      started.push(events);
      return { advise: ({ service }) => sent.push(service.name), end: () => ended++ };
    },
    setTimer: (ms, callback) => clock.setTimer(ms, callback),
    onResult: result => results.push(result),
  });
  return {
    ...{ own, sent, results, clock, started },
    ended: () => ended,
    answer: (name: string) => started[0]?.onAdvice(adviceOf(name)),
  };
}

test('one worker advises on one state at a time, and only on the newest of those that came meanwhile', () => {
  const { own, sent, results, answer, started, clock } = queue();
  for (const name of ['a', 'b', 'c']) own.advise(stateOf(name));
  expect(sent).toEqual(['a']);
  answer('a');
  expect(sent).toEqual(['a', 'c']);
  answer('c');
  expect(results).toEqual(['a', 'c'].map(name => ({ kind: 'advice', advice: adviceOf(name) })));
  own.advise(stateOf('d'));
  expect([sent, started.length]).toEqual([['a', 'c', 'd'], 1]);
  answer('d');
  expect(clock.pending()).toEqual([]);
});

test('a state that takes a minute ends the work permanently', () => {
  const { own, sent, results, ended, clock } = queue();
  own.advise(stateOf('a'));
  own.advise(stateOf('b'));
  clock.advance(59_999);
  expect(results).toEqual([]);
  clock.advance(1);
  own.advise(stateOf('c'));
  expect([results, ended(), sent]).toEqual([[{ kind: 'took-too-long' }], 1, ['a']]);
});

test('an error of the worker is a result, and nothing comes after the page is left', () => {
  const failing = queue();
  failing.own.advise(stateOf('a'));
  failing.started[0]?.onError();
  expect([failing.results, failing.ended()]).toEqual([[{ kind: 'failed' }], 1]);

  const left = queue();
  left.own.advise(stateOf('a'));
  left.own.stop();
  left.answer('a');
  left.clock.advance(100_000);
  expect([left.results, left.ended()]).toEqual([[], 1]);
});
