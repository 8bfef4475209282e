import { expect, test } from 'vitest';
import type { Advice } from '../../../src/engine/advice/advice.ts';
import { adviceJson } from '../../../src/report/advice/json.ts';
import {
  type AdviceReport,
  adviceReportJson,
  adviceReportPatches,
  adviceReportText,
} from '../../../src/report/advice/report.ts';
import { dataPlanesJson } from '../../../src/report/data-planes.ts';
import { adviceIn, UNEVEN } from '../../engine/advice/cluster.ts';
import { FACTS } from '../../support/builders.ts';

const STYLE = { colour: false, clusterFlags: ['--topology', 'cluster.yaml'] };
/** A change, a Service that keeps its setting, and one without advice. */
const ADVICE = [adviceIn({ pods: ['a1', 'b1', 'c1'] }), adviceIn({ pods: UNEVEN }), adviceIn({ pods: [] })];

function report(advice: Iterable<Advice>): AdviceReport {
  const { dataPlanes, version } = FACTS;
  return { dataPlanes, version, versionFrom: 'stated', traffic: null, advice, errors: [] };
}

test('the pieces of the JSON are the JSON of the whole report', () => {
  for (const advice of [ADVICE, []]) {
    const whole = {
      dataPlanes: dataPlanesJson(FACTS.dataPlanes),
      kubernetes: { version: '1.37', from: 'stated' },
      services: advice.map(one => adviceJson(one, STYLE)),
      errors: [],
    };
    expect([...adviceReportJson(report(advice), STYLE)].join('')).toBe(`${JSON.stringify(whole, null, 2)}\n`);
  }
});

test.each([
  ['json', adviceReportJson],
  ['text', adviceReportText],
  ['patch', adviceReportPatches],
] as const)('%s prints each Service before the next is advised', (_, pieces) => {
  const log: string[] = [];
  const changes = [ADVICE[0], ADVICE[0], ADVICE[0]].filter(one => one !== undefined);
  const advising = function* () {
    for (const [i, one] of changes.entries()) {
      log.push(`advise ${i}`);
      yield one;
    }
  };
  for (const piece of pieces(report(advising()), STYLE)) if (piece.includes('web')) log.push('print');
  expect(log).toEqual(['advise 0', 'print', 'advise 1', 'print', 'advise 2', 'print']);
});
