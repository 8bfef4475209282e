import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTraffic } from '../../../src/cluster/traffic/traffic-file.ts';
import type { TrafficRate } from '../../../src/model/measured-traffic.ts';
import { InputError } from '../../../src/runtime/errors.ts';

function parse(text: string, maxRows = 10) {
  return parseTraffic(text, 'traffic.csv', { maxRows });
}

/** The message of the error. */
function problem(text: string): string {
  try {
    parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return error instanceof InputError ? error.message : '';
  }
  return 'no error';
}

const WEB_FROM_A: TrafficRate = {
  namespace: 'shop',
  service: 'web',
  from: { kind: 'node', name: 'a' },
  perSecond: 1.5,
};

describe('a CSV file', () => {
  test('names a Service, a node and bytes per second', () => {
    const { unit, rates, origin, leftOut } = parse('service,node,bytes_per_second\nshop/web,a,1.5\n');
    expect({ unit, rates, origin, leftOut }).toEqual({
      unit: 'bytes',
      rates: [WEB_FROM_A],
      origin: 'traffic.csv',
      leftOut: [],
    });
  });

  test('has columns in any order, with a namespace column, quotes, blanks, CRLF and a byte order mark', () => {
    const { unit, rates } = parse(
      '\uFEFFrequests_per_second, zone ,"service",namespace\r\n\r\n"1e3", zone-a ,web,shop\r\n',
    );
    expect(unit).toBe('requests');
    expect(rates).toEqual([
      { namespace: 'shop', service: 'web', from: { kind: 'zone', name: 'zone-a' }, perSecond: 1000 },
    ]);
  });

  test('may name a node in one row and a zone in another', () => {
    const { rates } = parse('service,node,zone,bytes_per_second\nshop/web,a,,1\nshop/web,,a,2');
    expect(rates.map(({ from, perSecond }) => [from.kind, perSecond])).toEqual([
      ['node', 1],
      ['zone', 2],
    ]);
  });

  test('has measured the nodes and zones that it names in any row', () => {
    const { measured } = parse('service,node,zone,bytes_per_second\nshop/web,a,,1\nshop/db,,b,2\nshop/db,c,,0');
    expect(measured).toEqual({ nodes: new Set(['a', 'c']), zones: new Set(['b']) });
  });

  test('may have several rows about one pair, which are summed', () => {
    const { rates } = parse('service,node,bytes_per_second\nshop/web,a,1\nshop/web,a,0.5\nshop/db,a,0');
    expect(rates).toEqual([WEB_FROM_A, { ...WEB_FROM_A, service: 'db', perSecond: 0 }]);
  });

  test.each([
    ['service,bytes_per_second\nx/y,1', 'traffic.csv:1: column node or zone is missing'],
    ['node,bytes_per_second\na,1', 'traffic.csv:1: column service is missing'],
    ['service,node\nx/y,a', 'traffic.csv:1: column bytes_per_second or requests_per_second is missing'],
    [
      'service,node,bytes\nx/y,a,1',
      'traffic.csv:1: unknown column "bytes"; expected the columns service, node or zone',
    ],
    ['service,node,node,bytes_per_second\n', 'traffic.csv:1: column node is there twice'],
    ['service,node,bytes_per_second,requests_per_second\n', 'a file has one unit'],
    [
      'service;node;bytes_per_second\nx/y;a;1',
      'traffic.csv:1: unknown column "service;node;bytes_per_second"; expected commas between the columns, and the columns service',
    ],
    ['service\tnode\tbytes_per_second\nx/y\ta\t1', 'expected commas between the columns, and the columns service'],
  ])('with the columns of %j is rejected', (text, expected) => {
    expect(problem(text)).toContain(expected);
  });

  test.each([
    ['shop/web,a,-5', 'traffic.csv:2: column bytes_per_second: "-5"; expected a number from 0'],
    ['shop/web,a,NaN', 'column bytes_per_second: "NaN"'],
    ['shop/web,a,Infinity', 'column bytes_per_second: "Infinity"'],
    ['shop/web,a,1e999', 'column bytes_per_second: "1e999"'],
    ['shop/web,a,0x10', 'column bytes_per_second: "0x10"'],
    ['shop/web,a,"1,5"', 'column bytes_per_second: "1,5"'],
    ['shop/web,a,', 'column bytes_per_second: empty'],
    ['web,a,1', 'traffic.csv:2: column service: "web"; expected NAMESPACE/NAME'],
    ['a/b/c,a,1', 'column service: "a/b/c"'],
    ['shop/web,,1', 'traffic.csv:2: column node: empty; expected the name of a node or a zone'],
    ['shop/web,a', 'traffic.csv:2: 2 values; expected 3, one for each column'],
    ['\n\nshop/web,a,x', 'traffic.csv:4: column bytes_per_second: "x"'],
    ['shop/web,"a', 'traffic.csv:2: is not CSV'],
  ])('with the row %j is rejected', (row, expected) => {
    expect(problem(`service,node,bytes_per_second\n${row}`)).toContain(expected);
  });

  test('with a node and a zone in one row is rejected', () => {
    expect(problem('service,node,zone,bytes_per_second\nx/y,a,b,1')).toContain('2: columns node and zone: both');
  });

  test('in UTF-16 without a byte order mark is rejected', () => {
    const text = Buffer.from('service,node,bytes_per_second\nx/y,a,1', 'utf16le').toString();
    expect(problem(text)).toBe('traffic.csv: has characters with the code 0; expected UTF-8 text');
  });

  test('without a row is rejected', () => {
    expect(problem('')).toBe('traffic.csv: has no row; expected one for each Service and source of its traffic');
    expect(problem('service,node,bytes_per_second\n')).toContain('has no row');
  });

  test('with more rows than the limit is rejected', () => {
    const rows = (count: number) => `service,node,bytes_per_second\n${'x/y,a,1\n'.repeat(count)}`;
    expect(parse(rows(10)).rates).toHaveLength(1);
    expect(problem(rows(11))).toBe('traffic.csv:12: more than 10 rows');
  });

  test('with a row without end is rejected before all of it is read', () => {
    expect(problem(`service,node,bytes_per_second\nx/y,${'a'.repeat(20_000)},1`)).toContain('longer than 10000');
  });

  test('shows only the begin of a long value', () => {
    expect(problem(`service,node,bytes_per_second\nx/y,a,${'9'.repeat(5000)}`).length).toBeLessThan(250);
  });
});

describe('a JSON file', () => {
  test('is a list of objects with the same names as the columns', () => {
    const rows = [
      { service: 'shop/web', node: 'a', bytes_per_second: 1 },
      { service: 'web', namespace: 'shop', node: 'a', zone: null, bytes_per_second: '0.5' },
    ];
    expect(parse(JSON.stringify(rows)).rates).toEqual([WEB_FROM_A]);
  });

  test('may have brackets, quotes and colons in its values', () => {
    const from = { kind: 'node', name: 'a[[{"b":{\\' };
    const rows = [{ service: 'shop/web', node: from.name, bytes_per_second: 1.5 }];
    expect(parse(JSON.stringify(rows)).rates).toEqual([{ ...WEB_FROM_A, from }]);
  });

  test.each([
    ['[{"service": "a/b"', 'traffic.csv: is not JSON; expected a list of objects'],
    ['{"service": "a/b"}', 'is not a list'],
    ['[1]', 'traffic.csv: row 1 is not an object'],
    ['[]', 'has no row'],
    ['[{"service":"a/b","node":"a","bytes_per_second":-1}]', 'row 1: column bytes_per_second: "-1"; expected a number'],
    ['[{"service":"a/b","node":"a","bytes_per_second":1e999}]', 'row 1: column bytes_per_second: "Infinity"'],
    ['[{"service":"a/b","node":["a"],"bytes_per_second":1}]', 'row 1 has a list or an object as a value'],
    ['[{"service":"a/b","node":true,"bytes_per_second":1}]', 'row 1: "node" is neither a text nor a number'],
    ['[[1]]', 'row 1 is not an object'],
    [`${'['.repeat(1_000_000)}`, 'row 1 has a list or an object as a value; expected a list of objects'],
    [`[${'{},'.repeat(11)}`, 'traffic.csv: more than 10 rows'],
    [`[{},{${Array.from({ length: 101 }, (_, i) => `"${i}":1`)}}]`, 'row 2 has more than 100 keys'],
    ['[{"node":"a"},{"a":1,"node":"a","b":":","node":"b"}]', 'row 2 has the key "node" twice'],
    ['[{"node":"a","n\\u006fde":"b"}]', 'row 1 has the key "node" twice'],
    ['[{"service":"a/b","node":"a","bps":1}]', 'unknown column "bps"'],
    [
      '[{"service":"a/b","node":"a","bytes_per_second":1},{"service":"a/b","node":"a","requests_per_second":1}]',
      'a file has one unit',
    ],
    [JSON.stringify(Array.from({ length: 11 }, () => ({}))), 'traffic.csv: more than 10 rows'],
  ])('with %j is rejected', (text, expected) => {
    expect(problem(text)).toContain(expected);
  });
});

test('gives the same rates for JSON and CSV, whatever the names', () => {
  const row = fc.record({
    service: fc
      .tuple(fc.stringMatching(/^[a-z]{1,5}$/), fc.stringMatching(/^[a-z]{1,5}$/))
      .map(parts => parts.join('/')),
    node: fc.string({ minLength: 1, maxLength: 9 }).filter(name => name.trim() !== ''),
    bytes_per_second: fc.double({ min: 0, max: 1e15, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), rows => {
      const lines = rows.map(one =>
        Object.values(one)
          .map(value => `"${String(value).replaceAll('"', '""')}"`)
          .join(),
      );
      const csv = parse(`service,node,bytes_per_second\n${lines.join('\n')}`);
      expect(csv).toEqual(parse(JSON.stringify(rows)));
      const total = csv.rates.reduce((sum, { perSecond }) => sum + perSecond, 0);
      expect(total / Math.max(1, ...rows.map(one => one.bytes_per_second * rows.length))).toBeCloseTo(
        rows.reduce((sum, one) => sum + one.bytes_per_second, 0) /
          Math.max(1, ...rows.map(one => one.bytes_per_second * rows.length)),
      );
    }),
  );
});

test('reads any text or rejects it by an InputError', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      for (const whole of [text, `service,node,bytes_per_second\n${text}`, `[${text}`]) {
        try {
          parse(whole);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }
    }),
  );
});
