import { describe, expect, test } from 'vitest';
import type { ServiceRow } from '../../../../src/ui/api.ts';
import type { Filter } from '../../../../src/ui/client/overview/filter.ts';
import { filterRows, indexRow, NO_FILTER, sortRows } from '../../../../src/ui/client/overview/filter.ts';
import { prepareOverview } from '../../../../src/ui/client/overview/prepare.ts';
import type { PageLocation } from '../../../../src/ui/client/page-location.ts';
import { formatLocation, parseLocation, serviceLocation } from '../../../../src/ui/client/page-location.ts';
import { rowAfterKey, scrollFor, visibleRows } from '../../../../src/ui/client/table/window.ts';
import { NO_CHANGES, type Scenario } from '../../../../src/ui/client/what-if/scenario.ts';

const NONE = { internal: 0, external: 0, shortCircuit: 0 };
const row = (name: string, over: Partial<ServiceRow> = {}): ServiceRow => {
  return { namespace: 'shop', name, type: 'ClusterIP', findings: [], inZone: 0.5, lost: NONE, ...over };
};
const SERVICES = [
  row('web', { findings: [{ rule: 'r1', level: 'info' }] }),
  row('cart', { findings: [{ rule: 'r2', level: 'warn' }], inZone: null }),
  row('edge', { namespace: 'ingress', type: 'NodePort', inZone: 0.9, lost: { ...NONE, external: 3 } }),
  row('api', { findings: [{ rule: 'r2', level: 'warn' }], lost: { ...NONE, internal: 1 } }),
];
const ROWS = SERVICES.map(indexRow);
const names = (over: Partial<Filter>) => {
  const filter = { ...NO_FILTER, ...over };
  return filterRows(sortRows(ROWS, filter.sort, filter.descending), filter).map(({ row: { name } }) => name);
};

describe('the list', () => {
  test('starts with the most urgent Services', () => expect(names({})).toEqual(['api', 'cart', 'web', 'edge']));
  test('sorts by the chosen column, unknown shares last', () => {
    expect(names({ sort: 'inZone' })).toEqual(['api', 'web', 'edge', 'cart']);
    expect(names({ sort: 'name', descending: true })).toEqual(['web', 'cart', 'api', 'edge']);
    expect(names({ sort: 'lost' })).toEqual(['edge', 'api', 'cart', 'web']);
  });
  test('searches words of namespace, name and type', () => {
    expect(names({ text: 'SHOP ca' })).toEqual(['cart']);
    expect(names({ text: 'nodeport' })).toEqual(['edge']);
  });
  test('filters by namespace, rule, level and loss', () => {
    expect(names({ namespace: 'ingress' })).toEqual(['edge']);
    expect(names({ rule: 'r2' })).toEqual(['api', 'cart']);
    expect(names({ level: 'info' })).toEqual(['web']);
    expect(names({ level: 'none' })).toEqual(['edge']);
    expect(names({ onlyLosing: true, rule: 'r2' })).toEqual(['api']);
  });
  test('counts the Services of each kind and yields to the browser meanwhile', async () => {
    let pauses = 0;
    const services = Array.from({ length: 750 }, () => SERVICES).flat();
    const source = { kind: 'sample', name: '' } as const;
    const overview = { revision: 1, complete: true, source, services };
    const { facets } = await prepareOverview(overview, async () => void pauses++);
    expect(pauses).toBe(5);
    expect(facets).toEqual({
      namespaces: [
        ['ingress', 750],
        ['shop', 2250],
      ],
      rules: [
        ['r1', 750],
        ['r2', 1500],
      ],
      levels: { any: 3000, deny: 0, warn: 1500, info: 750, none: 750 },
      losing: 1500,
      inZone: expect.closeTo(1.9 / 3),
    });
  });
});

const WEB = { kind: 'Deployment', namespace: 'a/b', name: 'web' } as const;

describe('the URL', () => {
  const scenario: Scenario = {
    fields: { trafficDistribution: null, internalTrafficPolicy: 'Local' },
    dataPlane: 'ipvs',
    minor: 33,
    cluster: [
      { kind: 'zone-down', zone: 'zone-a' },
      { kind: 'node-down', node: 'n1' },
      { kind: 'pod-lost', address: '2001:db8::7' },
      { kind: 'node-added', like: 'n3' },
      { kind: 'drain', node: 'n2' },
      { kind: 'rollout', workload: { ...WEB, kind: 'DaemonSet' }, away: null },
      { kind: 'rollout', workload: WEB, away: ['10.0.0.1', '10.0.0.2'] },
      { kind: 'scale', workload: WEB, replicas: 3, staying: null },
      { kind: 'scale', workload: { ...WEB, kind: 'StatefulSet' }, replicas: 1, staying: ['10.0.0.1'] },
      { kind: 'scale', workload: { ...WEB, name: 'other' }, replicas: 'minimum', staying: null },
      { kind: 'scale', workload: { ...WEB, name: 'more' }, replicas: 'maximum', staying: null },
    ],
  };
  test.each<PageLocation>([
    { page: 'overview', filter: NO_FILTER },
    {
      page: 'overview',
      filter: { ...NO_FILTER, text: 'a & b=c#', level: 'warn', onlyLosing: true, sort: 'lost', descending: true },
    },
    serviceLocation('shop', 'web'),
    { ...serviceLocation('shop', 'web'), trafficClass: 'internal' },
    { page: 'rule', rule: 'local-policy-uncovered-nodes' },
    { ...serviceLocation('a/b', '<b>"'), port: '', family: 'IPv6', trafficClass: 'external', scenario },
  ])('holds all of %j', address => {
    expect(parseLocation(formatLocation(address))).toEqual(address);
  });

  test('falls back to the valid parts if others are invalid', () => {
    expect(parseLocation('#/services/%E0%A4%A/x')).toEqual({ page: 'overview', filter: NO_FILTER });
    expect(parseLocation('#/rules/%E0%A4%A')).toEqual({ page: 'overview', filter: NO_FILTER });
    expect(parseLocation('#/?level=loud&sort=__proto__')).toEqual({ page: 'overview', filter: NO_FILTER });
    const requested =
      '#/services/shop/web?if.dataplane=constructor&if.version=2.0&class=sideways&if.drain=&if.zone-up=a' +
      '&if.scale=deploy/web=-1&if.scale=deploy/web&if.scale=cronjob/web=2&if.scale=deploy/web=9999999&if.rollout=web&if.rollout=a/deploy/web';
    expect(parseLocation(requested)).toEqual({ ...serviceLocation('shop', 'web'), scenario: NO_CHANGES });
  });
});

describe('the window onto a long table', () => {
  const viewport = { rows: 10_000, rowHeight: 40, scrollTop: 4000, height: 400 };
  test('renders the visible rows and a few more, with the height of the whole table', () => {
    const { first, end, before, after } = visibleRows(viewport);
    expect([first, end]).toEqual([92, 119]);
    expect(before + (end - first) * 40 + after).toBe(400_000);
  });
  test('stays within a list that has become shorter than the scroll position', () => {
    expect(visibleRows({ ...viewport, rows: 5 })).toEqual({ first: 0, end: 5, before: 0, after: 0 });
  });
  test('scrolls as little as possible to show a row', () => {
    expect(scrollFor(100, viewport)).toBe(4000);
    expect(scrollFor(99, viewport)).toBe(3960);
    expect(scrollFor(110, viewport)).toBe(4040);
  });
  test('moves between rows by key and stops at the ends', () => {
    const keys = ['ArrowDown', 'ArrowUp', 'PageDown', 'Home', 'End', 'x'];
    expect(keys.map(key => rowAfterKey(key, 9995, viewport))).toEqual([9996, 9994, 9999, 0, 9999, null]);
  });
});
