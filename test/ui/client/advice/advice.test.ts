import { describe, expect, test } from 'vitest';
import { Advisor } from '../../../../src/engine/advice/advisor.ts';
import { DEFAULT_POLICY } from '../../../../src/engine/policy.ts';
import { adviceText } from '../../../../src/report/advice/text.ts';
import { percent } from '../../../../src/report/percent.ts';
import { inZoneShare } from '../../../../src/topology/traffic-shares.ts';
import { adviseOn } from '../../../../src/ui/client/advice/advise.ts';
import { groupAdvice, isSameScenario, shownScenario } from '../../../../src/ui/client/advice/groups.ts';
import { formatLocation, parseLocation, serviceLocation } from '../../../../src/ui/client/page-location.ts';
import { maxEndpointFactor } from '../../../../src/ui/client/service/traffic-metrics.ts';
import { NO_CHANGES } from '../../../../src/ui/client/what-if/scenario.ts';
import { FACTS, SAMPLE, serviceStateOf, whatIf } from '../../../support/builders.ts';

const NAMES = SAMPLE.services().map(({ namespace, name }) => `${namespace}/${name}`);

function grouped(name: string, unknownBecause: string | null = null) {
  const { head, main, others } = groupAdvice(adviseOn(serviceStateOf(SAMPLE, name)), unknownBecause);
  return { head, groups: [...main, ...others] };
}

describe('the advice panel', () => {
  test.each(NAMES)('has for %s the words of the command, without the commands that check them', name => {
    const [namespace = '', own = ''] = name.split('/');
    const service = SAMPLE.service(namespace, own);
    if (!service) throw new Error(`the sample has ${name}`);
    const advisor = new Advisor({ topology: SAMPLE, facts: FACTS, clientNodes: DEFAULT_POLICY.clientNodes });
    const { head, groups } = grouped(name);
    const text = adviceText(advisor.advise(service), { colour: false, clusterFlags: [] });
    const lines = text.split('\n').filter(line => line !== '' && !line.includes('zonewise explain'));
    expect(lines[0]).toBe(`${name}  ${head}`);
    expect(groups.flatMap(({ rows }) => rows.map(row => row.text)).sort()).toEqual(
      lines
        .slice(1)
        .map(line => line.slice(14))
        .sort(),
    );
  });

  test('has each label once, with all of its rows', () => {
    const labels = grouped('shop/web').groups.map(({ label, rows }) => [label, rows.length]);
    expect(labels).toEqual([
      ['today', 1],
      ['advised', 1],
      ['worst case', 3],
      ['patch', 1],
      ['not advised', 3],
      ['better with', 3],
    ]);
  });

  test('says why the workloads are not known, where advice needs them', () => {
    const why = 'the workloads could not be read: forbidden';
    const missing = grouped('ingress/legacy', why).groups.find(({ label }) => label === 'missing');
    expect(missing?.rows.map(({ text }) => text)).toEqual([expect.stringContaining('workload of its Pods'), why]);
    expect(JSON.stringify(grouped('shop/newsletter', why))).not.toContain(why);
  });
});

describe('the button of a figure', () => {
  test('leads to a scenario in which the page has this figure', () => {
    let compared = 0;
    for (const name of NAMES) {
      for (const { text, shows } of grouped(name).groups.flatMap(({ rows }) => rows)) {
        const scenario = shows && shownScenario(shows);
        if (!scenario) continue;
        const shown = whatIf(serviceStateOf(SAMPLE, name), scenario);
        const inZone = /(\d+ %) in its zone/.exec(text)?.[1];
        const busiest = /busiest endpoint (?:gets )?(\d+\.\d) x the mean(?! of)/.exec(text)?.[1];
        if (inZone !== undefined)
          expect(percent(inZoneShare(shown.ports, shown.clients) ?? -1), `${name} ${text}`).toBe(inZone);
        if (busiest !== undefined) {
          expect(maxEndpointFactor(shown)?.toFixed(1), `${name} ${text}`).toBe(busiest);
        }
        if (inZone !== undefined || busiest !== undefined) compared++;
      }
    }
    expect(compared).toBeGreaterThan(20);
  });

  test('leads to a scenario that a link holds', () => {
    for (const name of NAMES) {
      const [namespace = '', own = ''] = name.split('/');
      for (const { shows } of grouped(name).groups.flatMap(({ rows }) => rows)) {
        const scenario = shows && shownScenario(shows);
        if (!scenario) continue;
        const at = parseLocation(formatLocation({ ...serviceLocation(namespace, own), scenario }));
        expect(at.page === 'service' && isSameScenario(at.scenario, scenario)).toBe(true);
        expect(isSameScenario(NO_CHANGES, scenario)).toBe(false);
      }
    }
  });

  test('is absent if the panel has no control for an edit', () => {
    const edits = [{ path: ['spec', 'type'], value: 'NodePort' }];
    expect(shownScenario({ edits, scenarios: [] })).toBe(null);
  });
});
