import { describe, expect, test } from 'vitest';
import { advise } from '../../../src/cli/advise.ts';
import { explain } from '../../../src/cli/explain.ts';
import { trafficWords } from '../../../src/cli/traffic/traffic-flags.ts';
import { percent } from '../../../src/report/percent.ts';
import { file, run } from '../terminal.ts';

const CLUSTER = ['--topology', 'sample/cluster.yaml'];
const SAMPLE = [...CLUSTER, '--traffic', 'sample/traffic.csv'];

function trafficFile(...rows: readonly string[]): readonly string[] {
  return ['--traffic', file(`service,node,zone,bytes_per_second\n${rows.join('\n')}\n`, 'traffic.csv')];
}

/** shop/cart has one endpoint in zone-a (worker-a1), two in zone-b and one in zone-c, and no trafficDistribution. */
const CART = ['shop/cart,worker-a1,,800', 'shop/cart,worker-b1,,400', 'shop/cart,worker-c1,,0'];

interface Bytes {
  readonly crossZoneBytesPerSecond: number;
  readonly crossZoneBytesPerMonth: number;
  readonly crossZoneCostPerMonth?: number;
}

interface ServiceJson {
  readonly name: string;
  readonly traffic?: {
    readonly unit: string;
    readonly sharesBy: string;
    readonly perSecond: number;
    readonly clientNodes: object;
    readonly leftOut: object;
    readonly assumed?: readonly string[];
    readonly today?: Bytes;
    readonly before?: Bytes;
    readonly after?: Bytes;
    readonly advised?: Bytes;
  };
  readonly settings: readonly {
    readonly rejected: object | null;
    readonly today: { readonly explain: string };
    readonly worst: { readonly inZone: { readonly value: number; readonly explain: string } } | null;
  }[];
  readonly assumed?: readonly string[];
}

interface Report {
  readonly traffic?: object;
  readonly services: readonly ServiceJson[];
}

async function json(command: typeof explain, args: readonly string[]): Promise<Report> {
  return JSON.parse((await run(command, [...args, '-o', 'json'])).out);
}

async function problem(command: typeof explain, args: readonly string[], stdin = ''): Promise<string> {
  const error: unknown = await run(command, args, { stdin }).catch((cause: unknown) => cause);
  return error instanceof Error ? error.message : 'no error';
}

describe('explain --traffic', () => {
  test('weighs nodes by their rates, and shows the bytes between zones before and after a change', async () => {
    const set = ['--set', 'spec.trafficDistribution=PreferSameZone', '--cross-zone-price', '0.02'];
    const { out } = await run(explain, ['shop/cart', ...CLUSTER, ...trafficFile(...CART), ...set]);
    expect(out).toContain('measured traffic: bytes per second from ');
    expect(out).toContain('price between zones: 0.02 per GB (10^9 bytes)\n');
    expect(out).toContain('  measured: 1.2 kB per second from 3 of 9 client nodes\n');
    // 3 of the 4 endpoints are in another zone than worker-a1, and 2 of 4 than worker-b1.
    expect(out).toContain('  before: 800 B per second between zones, 2.1 GB a month, which costs 0.04\n');
    expect(out).toContain('  after: none between zones\n');
    expect(out).toContain(
      '  assumed: 6 of 9 client nodes have no measured traffic (worker-a2, worker-a3, worker-b2 and 3 more): each sends as much per CPU as the others\n',
    );
    expect(out).toContain('shares of 9 client nodes, by their measured bytes\n');
    expect(out).toMatch(/^ {4}as above .* x mean +0 B a month$/m);
    expect(out).toMatch(/^ {4}Cluster {2,}.* x mean +2.1 GB a month$/m);
  });

  test.each([
    ['--zone-down', 'zone-b'],
    ['--node-down', 'worker-b1'],
    ['--drain', 'worker-b1'],
    ['--pod-lost', '10.244.1.12'],
    ['--rollout', 'deploy/cart'],
  ])('counts no month and no costs under %s %s, which does not last', async (...scenario) => {
    const args = ['shop/cart', ...CLUSTER, ...trafficFile(...CART), '--cross-zone-price', '1', ...scenario];
    const { out } = await run(explain, args);
    expect(out).toMatch(/^ {2}before: 800 B per second between zones, 2\.1 GB a month, which costs 2\.10$/m);
    expect(out).toMatch(/^ {2}after: [\d.]+ k?B per second between zones$/m);
    expect(out.match(/x mean +[\d.]+ k?B per second$/gm)?.length).toBeGreaterThan(3);
    expect(out.match(/a month/g)).toHaveLength(1);
    const missing = '  missing: 400 B per second of worker-b1, which sends nothing in this scenario\n';
    expect(out.includes(missing)).toBe(/zone|node|drain/.test(scenario[0]));
  });

  test('counts a month under a scenario that lasts', async () => {
    const args = ['shop/cart', ...CLUSTER, ...trafficFile(...CART), '--scale', 'deploy/cart=4'];
    const { out } = await run(explain, args);
    expect(out).toMatch(/^ {2}after: 800 B per second between zones, 2.1 GB a month$/m);
    expect(out).not.toContain('missing: ');
  });

  test('shows the bytes of today without a change', async () => {
    const { out } = await run(explain, ['shop/cart', ...CLUSTER, ...trafficFile(...CART)]);
    expect(out).toContain('  today: 800 B per second between zones, 2.1 GB a month\n');
    expect(out).not.toContain('costs');
  });

  test('has the fields of the contract in JSON', async () => {
    const args = [
      'shop/cart',
      ...CLUSTER,
      ...trafficFile(...CART, 'shop/gone,worker-a1,,1', 'shop/cart,worker-z9,,300'),
    ];
    const { traffic, services } = await json(explain, [...args, '--zone-down', 'zone-b', '--cross-zone-price', '1']);
    expect(traffic).toEqual({
      unit: 'bytes',
      from: args.at(-1),
      services: { measured: 1, withoutData: 0 },
      crossZonePricePerGB: 1,
      leftOut: ['1 Service that is not in this cluster: shop/gone', '1 node that is not in this cluster: worker-z9'],
    });
    expect(services[0]?.traffic).toEqual({
      unit: 'bytes',
      sharesBy: 'rates',
      perSecond: 1200,
      clientNodes: { measured: 3, withoutData: 6 },
      leftOut: { sources: 1, perSecond: 300 },
      assumed: [
        expect.stringContaining('6 of 9 client nodes have no measured traffic'),
        '20 % of its measured traffic is left out: that of worker-z9, which is not among its client nodes',
      ],
      missing: { nodes: ['worker-b1'], perSecond: 400 },
      before: {
        crossZoneBytesPerSecond: 800,
        crossZoneBytesPerMonth: 800 * 730 * 3600,
        crossZoneCostPerMonth: 2.1024,
        inZoneBytesPerSecond: 400,
        unknownZoneBytesPerSecond: 0,
        lostBytesPerSecond: 0,
      },
      // worker-b1 is down. One of the two endpoints that are left is in zone-a.
      after: {
        crossZoneBytesPerSecond: 400,
        crossZoneBytesPerMonth: null,
        crossZoneCostPerMonth: null,
        inZoneBytesPerSecond: 400,
        unknownZoneBytesPerSecond: 0,
        lostBytesPerSecond: 0,
      },
    });
  });

  test('tells what it does not count: nodes without a zone, and what is lost', async () => {
    const rows = ['shop/cart,worker-c3,,500', 'shop/cart,,zone-a,300'];
    const { out } = await run(explain, ['shop/cart', ...CLUSTER, ...trafficFile(...rows)]);
    expect(out).toContain('not counted: 500 B per second of which a zone is not known\n');
    const local = ['--set', 'spec.internalTrafficPolicy=Local'];
    const lossy = await run(explain, ['shop/cart', ...CLUSTER, ...trafficFile(...rows), ...local]);
    expect(lossy.out).toContain('  after: none between zones; not counted: 700 B per second that are lost\n');
  });

  test('shows no bytes if requests are measured', async () => {
    const text = 'service,zone,requests_per_second\nshop/cart,zone-a,30\nshop/cart,zone-b,10\nshop/cart,zone-c,0';
    const { out } = await run(explain, ['shop/cart', ...CLUSTER, '--traffic', file(text, 'traffic.csv')]);
    expect(out).toContain('measured traffic: requests per second from');
    expect(out).toContain('  measured: 40 requests per second from 8 of 9 client nodes\n');
    expect(out).toContain('by their measured requests');
    expect(out).not.toMatch(/between zones|\bB\b|kB|a month/);
  });

  test('falls back to CPU for a Service without rates, with a note', async () => {
    const { out } = await run(explain, ['shop/web', 'shop/cart', ...CLUSTER, ...trafficFile(...CART)]);
    expect(out).toContain('; 1 of 2 Services has none: nodes send to it in proportion to their CPU\n');
    expect(out).toContain('  assumed: no client node has measured traffic: each sends in proportion to its CPU\n');
    expect(out).toContain('shares of 9 client nodes, by their CPUs\n');
  });

  test('falls back to CPU if all rates are 0, with a note', async () => {
    const { out } = await run(explain, ['shop/cart', ...CLUSTER, ...trafficFile('shop/cart,worker-a1,,0')]);
    expect(out).toContain('all measured rates of its client nodes are 0: each sends in proportion to its CPU\n');
    expect(out).not.toContain('between zones');
    const price = ['--cross-zone-price', '1'];
    const priced = await run(explain, ['shop/cart', ...CLUSTER, ...trafficFile('shop/cart,worker-a1,,0'), ...price]);
    expect(priced.out).toContain('; no costs, as no client node has a measured rate above 0\n');
  });

  test('uses CPU for Pods that use the address of the load balancer', async () => {
    const { out } = await run(explain, ['ingress/gateway', ...CLUSTER, ...trafficFile('ingress/gateway,worker-a1,,5')]);
    expect(out).toContain('by their measured bytes');
    expect(out).toContain('by their CPUs');
  });

  test('reads standard input', async () => {
    const stdin = JSON.stringify([{ service: 'shop/cart', node: 'worker-a1', bytes_per_second: 12 }]);
    const { out } = await run(explain, ['shop/cart', ...CLUSTER, '--traffic', '-'], { stdin });
    expect(out).toContain('bytes per second from standard input\n');
  });

  test('reads no more of standard input than of a file', async () => {
    const limits: (number | undefined)[] = [];
    const stdin = async (maxBytes?: number) => {
      limits.push(maxBytes);
      return 'service,node,bytes_per_second\nshop/cart,worker-a1,12';
    };
    const terminal = { stdin, out: () => {}, err: () => {}, colour: false };
    await explain.run(['shop/cart', ...CLUSTER, '--traffic', '-'], terminal);
    expect(limits).toEqual([128 * 1024 * 1024]);
  });
});

describe('advise --traffic', () => {
  test('chooses by the rates: the sample keeps a setting that CPUs alone reject', async () => {
    const byCPU = await run(advise, ['shop/web', ...CLUSTER]);
    expect(byCPU.out).toContain('shop/web  change to Cluster\n');
    const measured = await run(advise, ['shop/web', ...SAMPLE]);
    expect(measured.out).toContain('shop/web  keep Cluster + PreferSameZone\n');
    expect(measured.out).toContain('  bytes       today none between zones; not counted: 600 kB per second');
  });

  test("shows the bytes of today's setting and of the advised one, and their costs", async () => {
    const { out } = await run(advise, ['shop/cart', ...SAMPLE, '--cross-zone-price', '0.02']);
    expect(out).toContain('  bytes       today 1.28 MB per second between zones, 3.35 TB a month, which costs 67.01\n');
    expect(out).toContain('              advised none between zones\n');
    expect(out).not.toContain('no measured traffic');
  });

  test('takes a node as measured if it sends to another Service, and names those without any rate', async () => {
    const rows = [...CART, 'shop/web,worker-a2,,5', 'shop/web,,zone-c,7'];
    const { out } = await run(advise, ['shop/cart', ...CLUSTER, ...trafficFile(...rows)]);
    expect(out).toContain(
      '  assumed     4 of 9 client nodes have no measured traffic (worker-a3, worker-b2, worker-b3',
    );
  });

  test('shows figures that the printed commands of explain show too', async () => {
    const { services, traffic } = await json(advise, ['--all', ...SAMPLE, '--cross-zone-price', '0.02']);
    expect(traffic).toMatchObject({ unit: 'bytes', services: { measured: 4 }, crossZonePricePerGB: 0.02 });
    let compared = 0;
    for (const { traffic: own, settings } of services) {
      const advised = settings.find(({ rejected }) => rejected === null);
      if (!own?.advised || !advised) continue;
      const [, , ...args] = advised.today.explain.split(' ');
      expect(args.join(' ')).toContain('--traffic sample/traffic.csv --cross-zone-price 0.02');
      const [shown] = (await json(explain, args)).services;
      expect(shown?.traffic?.after ?? shown?.traffic?.today).toEqual(own.advised);
      compared++;
    }
    expect(compared).toBe(4);
  });

  test('has worst cases that explain shows under their scenarios, with the rates of today', async () => {
    const { services } = await json(advise, ['shop/web', 'shop/cart', 'shop/search', 'shop/payments', ...SAMPLE]);
    const figures = services.flatMap(({ settings }) => settings.flatMap(({ worst }) => worst?.inZone ?? []));
    expect(figures.length).toBeGreaterThan(5);
    for (const { value, explain: command } of figures) {
      const [, , ...args] = command.split(' ');
      const { out } = await run(explain, args);
      const kept = /^ +as above +(?:none|\d+ of \d+) +(\S+ %)/m.exec(out)?.[1];
      expect(kept, command).toBe(percent(value));
    }
  });

  test('has rates without bytes in JSON if requests are measured', async () => {
    const text = 'service,zone,requests_per_second\nshop/cart,zone-a,30';
    const { services } = await json(advise, ['shop/cart', ...CLUSTER, '--traffic', file(text, 'traffic.csv')]);
    expect(services[0]?.traffic).toEqual({
      unit: 'requests',
      sharesBy: 'rates',
      perSecond: 30,
      clientNodes: { measured: 3, withoutData: 6 },
      leftOut: { sources: 0, perSecond: 0 },
    });
  });

  test('writes the traffic and what it assumes as comments into a patch', async () => {
    const rates = {
      'worker-a1': 310,
      'worker-a2': 290,
      'worker-a3': 0,
      'worker-b1': 620,
      'worker-b2': 580,
      'worker-c1': 300,
    };
    const rows = Object.entries(rates).map(([name, rate]) => `shop/cart,${name},,${rate}`);
    const { out } = await run(advise, ['shop/cart', ...CLUSTER, ...trafficFile(...rows), '-o', 'patch']);
    expect(out).toContain('# measured traffic: bytes per second from ');
    expect(out).toContain('# assumed for shop/cart: 3 of 9 client nodes have no measured traffic');
    for (const line of out.trim().split('\n')) expect(line).toMatch(/^(#|kubectl) /);
  });

  test('does not advise to lose the traffic of a node because it sends none now', async () => {
    const rows = ['worker-a1', 'worker-b1', 'worker-b2', 'worker-c1'].map(name => `shop/cart,${name},,100`);
    const idle = ['worker-a2', 'worker-a3', 'worker-b3', 'worker-c2', 'worker-c3'].map(name => `shop/cart,${name},,0`);
    const { out } = await run(advise, ['shop/cart', ...CLUSTER, ...trafficFile(...rows, ...idle)]);
    expect(out).toContain('Local: a node that sends nothing now would lose its traffic today\n');
  });
});

describe.each([
  ['explain', explain],
  ['advise', advise],
] as const)('%s rejects', (_, command) => {
  test('a price without measured bytes', async () => {
    const price = ['--cross-zone-price', '0.02'];
    expect(await problem(command, ['shop/web', ...CLUSTER, ...price])).toBe(
      '--cross-zone-price 0.02: there is no measured traffic; expected bytes, from --traffic FILE with a column bytes_per_second or from --prometheus',
    );
    const requests = file('service,node,requests_per_second\nshop/web,worker-a1,1', 'traffic.csv');
    expect(await problem(command, ['shop/web', ...CLUSTER, '--traffic', requests, ...price])).toContain(
      'the measured traffic counts requests; expected bytes',
    );
  });

  test.each(['0,02', '1e3', '0.02USD', '1234567'])('the price %s', async price => {
    expect(await problem(command, ['shop/web', ...SAMPLE, '--cross-zone-price', price])).toContain(
      'expected the price of a GB as a number from 0 to 999999, such as 0.02',
    );
  });

  test('traffic that has no Service of the cluster', async () => {
    expect(await problem(command, ['shop/web', ...CLUSTER, ...trafficFile('shop/webb,worker-a1,,1')])).toMatch(
      /traffic.csv: no Service of it is in this cluster, the first is shop\/webb; did you mean shop\/web\?$/,
    );
  });

  test('traffic that has no node and no zone of the cluster', async () => {
    const rows = trafficFile('shop/web,worker-a9,,1', 'shop/web,,zone-q,1');
    expect(await problem(command, ['shop/web', ...CLUSTER, ...rows])).toMatch(
      /no node and no zone of it is in this cluster, the first node is worker-a9; did you mean worker-a1\?$/,
    );
  });

  test('a rate of a zone beside one of its node', async () => {
    const rows = trafficFile('shop/web,worker-a1,,1', 'shop/web,,zone-b,1', 'shop/web,,zone-a,1');
    expect(await problem(command, ['shop/web', ...CLUSTER, ...rows])).toMatch(
      /shop\/web has a rate of zone-a and one of its node worker-a1; expected one of both$/,
    );
  });

  test('standard input for two flags', async () => {
    expect(await problem(command, ['shop/web', '--topology', '-', '--traffic', '-'])).toContain(
      'standard input can be read once',
    );
  });

  test('a file that cannot be read', async () => {
    expect(await problem(command, ['shop/web', ...CLUSTER, '--traffic', 'no.csv'])).toContain('no.csv: cannot be read');
  });
});

test('printed commands have a placeholder for standard input, which can be read once', () => {
  expect(trafficWords({ traffic: '-' })).toEqual(['--traffic', 'FILE']);
  expect(trafficWords({ traffic: 'a.csv' })).toEqual(['--traffic', 'a.csv']);
});

test('printed commands have the flags of the traffic, but no password', () => {
  const url = 'https://user:secret@prometheus.example/api';
  expect(trafficWords({ prometheus: url, 'prometheus-preset': 'istio-ztunnel', 'cross-zone-price': '0.02' })).toEqual([
    ...['--prometheus', 'https://prometheus.example/api'],
    ...['--prometheus-preset', 'istio-ztunnel'],
    ...['--cross-zone-price', '0.02'],
  ]);
});
