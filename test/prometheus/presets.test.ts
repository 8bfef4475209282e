import { expect, test } from 'vitest';
import { type PrometheusFlags, parsePrometheus } from '../../src/cli/traffic/prometheus-flags.ts';
import { readPrometheusTraffic } from '../../src/cluster/traffic/prometheus-traffic.ts';
import { WINDOW } from './server.ts';
import { prometheusSuite } from './suite.ts';
import { TARGETS } from './targets.ts';

interface Case {
  readonly preset: NonNullable<PrometheusFlags['prometheus-preset']>;
  readonly matchers?: string;
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
    rates: {
      'shop/web from zone-a': 300,
      'shop/api from zone-b': 40,
      'shop/web from zone-b': 0,
      'shop/api from zone-a': 0,
    },
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

/** The rates have an error of a few per cent, as the window does not begin with a scrape. */
function rounded(rates: Readonly<Record<string, number>>, expected: Readonly<Record<string, number>>) {
  return Object.fromEntries(
    Object.entries(rates).map(([pair, rate]) => {
      const value = expected[pair] ?? Number.NaN;
      return [pair, Math.abs(rate - value) <= 0.03 * value ? value : rate];
    }),
  );
}

await prometheusSuite(
  'presets',
  () => ({ targets: TARGETS }),
  server => {
    const read = (flags: PrometheusFlags) => {
      const request = parsePrometheus({ prometheus: server().url, ...flags });
      if (request === null) throw new Error('no request');
      return readPrometheusTraffic(request.server, request.query, request);
    };

    test.each(CASES)('$preset with $matchers', async ({ preset, matchers, unit, rates, leftOut = [] }) => {
      const traffic = await read({
        'prometheus-preset': preset,
        'prometheus-window': WINDOW,
        'prometheus-matchers': matchers,
      });
      const found = traffic.rates.map(rate => [
        `${rate.namespace}/${rate.service} from ${rate.from.name}`,
        rate.perSecond,
      ]);
      expect(rounded(Object.fromEntries(found), rates)).toEqual(rates);
      expect(traffic).toMatchObject({ unit, leftOut, origin: `preset ${preset} over ${WINDOW} from ${server().url}` });
    });
  },
);
