import { join } from 'node:path';
import { expect, test } from 'vitest';
import { advise } from '../../src/cli/advise.ts';
import { explain } from '../../src/cli/explain.ts';
import { type PrometheusFlags, parsePrometheus } from '../../src/cli/traffic/prometheus-flags.ts';
import { readPrometheusTraffic } from '../../src/cluster/traffic/prometheus-traffic.ts';
import { run } from '../cli/terminal.ts';
import { WINDOW } from './server.ts';
import { prometheusSuite } from './suite.ts';
import { TARGETS } from './targets.ts';

const CLUSTER = join(import.meta.dirname, 'cluster.yaml');

interface Case {
  readonly preset: NonNullable<PrometheusFlags['prometheus-preset']>;
  readonly matchers: string;
  readonly unit: 'bytes' | 'requests';
  /** `NAMESPACE/SERVICE from SOURCE` and the rate. */
  readonly rates: Readonly<Record<string, number>>;
  readonly leftOut?: readonly string[];
}

const CASES: readonly Case[] = [
  {
    preset: 'istio-ztunnel',
    matchers: 'cluster="ambient"',
    unit: 'bytes',
    rates: { 'shop/web from n1': 1000, 'shop/api from n1': 10, 'shop/web from n2': 200 },
    leftOut: ['1 series without a node in the label node, which others have'],
  },
  {
    preset: 'istio-ztunnel',
    matchers: 'cluster="zones"',
    unit: 'bytes',
    rates: { 'shop/web from zone-a': 300, 'shop/api from zone-b': 40 },
  },
  {
    preset: 'istio-sidecar-requests',
    matchers: 'cluster="sidecar"',
    unit: 'requests',
    rates: { 'shop/web from n1': 6, 'shop/web from n2': 2 },
    leftOut: ['1 series without a node in the label node, which others have'],
  },
  {
    preset: 'istio-sidecar-bytes',
    matchers: 'cluster="sidecar"',
    unit: 'bytes',
    rates: { 'shop/web from n1': 4600, 'shop/web from n2': 300 },
    leftOut: ['1 series without a node in the label node, which others have'],
  },
  { preset: 'retina', matchers: 'cluster="ambient"', unit: 'bytes', rates: { 'shop/web from n1': 600 } },
  { preset: 'retina', matchers: 'cluster="zones"', unit: 'bytes', rates: { 'shop/web from zone-b': 60 } },
  ...(['obi', 'beyla'] as const).flatMap((preset): readonly Case[] => [
    {
      preset,
      matchers: 'cluster="ambient"',
      unit: 'bytes',
      rates: { 'shop/web from n1': 808 },
      leftOut: ['1 series without a node in the label k8s_src_node_name, which others have'],
    },
    {
      preset,
      matchers: 'cluster="zones"',
      unit: 'bytes',
      rates: { 'shop/web from zone-b': 90 },
      leftOut: ['1 series without a source in the label k8s_src_node_name or src_zone'],
    },
  ]),
];

/** Rates have an error of a few per cent, as the window does not begin with a scrape. */
function rounded(rate: number, expected: number): number {
  return Math.abs(rate - expected) <= 0.03 * expected ? expected : rate;
}

await prometheusSuite(
  'presets',
  () => ({ targets: TARGETS }),
  server => {
    const flagsOf = ({ preset, matchers }: Case) => ({
      prometheus: server().url,
      'prometheus-preset': preset,
      'prometheus-window': WINDOW,
      'prometheus-matchers': matchers,
    });
    const wordsOf = (one: Case) => Object.entries(flagsOf(one)).flatMap(([name, value]) => [`--${name}`, value]);

    test.each(CASES)('$preset with $matchers', async one => {
      const request = parsePrometheus(flagsOf(one));
      if (request === null) throw new Error('no request');
      const traffic = await readPrometheusTraffic(request.server, request.query, request);
      const found = traffic.rates.map(({ namespace, service, from, perSecond }) => {
        const pair = `${namespace}/${service} from ${from.name}`;
        return [pair, rounded(perSecond, one.rates[pair] ?? Number.NaN)];
      });
      expect(Object.fromEntries(found)).toEqual(one.rates);
      expect(traffic).toMatchObject({
        unit: one.unit,
        leftOut: one.leftOut ?? [],
        origin: `preset ${one.preset} over ${WINDOW} from ${server().url}`,
      });
    });

    test.each(CASES)('$preset with $matchers weighs the nodes in explain', async one => {
      const args = ['shop/web', '--topology', CLUSTER, ...wordsOf(one), '-o', 'json'];
      const { traffic, services } = JSON.parse((await run(explain, args)).out);
      const toWeb = Object.entries(one.rates).filter(([pair]) => pair.startsWith('shop/web '));
      const sum = toWeb.reduce((total, [, rate]) => total + rate, 0);
      expect(traffic).toMatchObject({ unit: one.unit, services: { measured: 1, withoutData: 0 } });
      expect(services[0].traffic).toMatchObject({ unit: one.unit, sharesBy: 'rates' });
      expect(rounded(services[0].traffic.perSecond, sum)).toBe(sum);
    });

    test('advise shows the bytes between zones, and the commands that it prints read the same server', async () => {
      const [ztunnel] = CASES;
      if (ztunnel === undefined) throw new Error('no case');
      const { out } = await run(advise, [
        'shop/web',
        '--topology',
        CLUSTER,
        ...wordsOf(ztunnel),
        '--cross-zone-price',
        '0.02',
      ]);
      expect(out).toContain(
        `measured traffic: bytes per second from preset istio-ztunnel over ${WINDOW} from ${server().url}`,
      );
      expect(out).toMatch(/ bytes +today .* between zones, .* a month, which costs /);
      const command = / (explain .*--prometheus-matchers 'cluster="ambient"'.*)$/m.exec(out)?.[1] ?? 'none';
      const words = command.split(' ').map(word => word.replaceAll("'", ''));
      expect((await run(explain, words.slice(1))).out).toContain('measured traffic: bytes per second from preset');
    });
  },
);
