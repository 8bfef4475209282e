import { describe, expect, test } from 'vitest';
import { type SortableFinding, type SortKey, sortFindings } from '../../../src/cli/audit/sort.ts';
import { audit } from '../../../src/cli/audit.ts';
import type { LocatedFinding } from '../../../src/report/result.ts';
import { node, service, slice } from '../../controller/audit/audited-cluster.ts';
import { file, run } from '../terminal.ts';

/** `warn shop/web zone-rule 3`: level, Service, rule, nodes that lose traffic. */
function parse(line: string): SortableFinding {
  const [level = '', key = '', rule = '', lost] = line.split(' ');
  const [namespace, name] = key.split('/');
  const finding = { level, rule, object: { kind: 'Service', namespace, name } };
  return { finding: finding as LocatedFinding, lost: Number(lost) };
}

const GIVEN = [
  'info shop/web b-rule 5',
  'warn shop/web a-rule 5',
  'warn data/db a-rule 0',
  'deny zoo/ape c-rule 0',
  'warn data/aa b-rule 0',
  'info data/aa a-rule 0',
  'warn data/db b-rule 0',
];

function sorted(key: SortKey): readonly string[] {
  const findings = sortFindings(GIVEN.map(parse), key);
  return findings.map(({ level, object, rule }) => `${level} ${object.namespace}/${object.name} ${rule}`);
}

describe('orders findings', () => {
  test('by severity, then by lost traffic, then by name and in the order of the rules', () => {
    expect(sorted('severity')).toEqual([
      'deny zoo/ape c-rule',
      'warn shop/web a-rule',
      'warn data/aa b-rule',
      'warn data/db a-rule',
      'warn data/db b-rule',
      'info shop/web b-rule',
      'info data/aa a-rule',
    ]);
  });

  test('by lost traffic, with the findings of one Service together', () => {
    expect(sorted('lost')).toEqual([
      'warn shop/web a-rule',
      'info shop/web b-rule',
      'warn data/aa b-rule',
      'info data/aa a-rule',
      'warn data/db a-rule',
      'warn data/db b-rule',
      'deny zoo/ape c-rule',
    ]);
  });

  test('by name', () => {
    expect(sorted('name').map(line => line.split(' ')[1])).toEqual([
      'data/aa',
      'data/aa',
      'data/db',
      'data/db',
      'shop/web',
      'shop/web',
      'zoo/ape',
    ]);
  });

  test('by rule, the worst level first', () => {
    expect(sorted('rule')).toEqual([
      'warn shop/web a-rule',
      'warn data/db a-rule',
      'info data/aa a-rule',
      'warn data/aa b-rule',
      'warn data/db b-rule',
      'info shop/web b-rule',
      'deny zoo/ape c-rule',
    ]);
  });
});

describe('audit', () => {
  const cluster = () =>
    file(
      [
        ...['n1', 'n2', 'n3', 'n4'].map(name => node(name)),
        service('aaa') + slice('aaa', ['n1', 'n2', 'n3']),
        service('bbb') + slice('bbb', ['n1']),
      ].join(''),
      'cluster.yaml',
    );
  const order = async (...args: string[]) => {
    const { out } = await run(audit, ['--topology', cluster(), ...args, '-o', 'json']);
    return JSON.parse(out).findings.map(({ object }: { object: { name: string } }) => object.name);
  };

  test('names the Service first that loses traffic on the most nodes', async () => {
    expect(await order()).toEqual(['bbb', 'aaa']);
    expect(await order('--sort-by', 'name')).toEqual(['aaa', 'bbb']);
  });

  test('evaluates the named Services only', async () => {
    expect(await order('svc/aaa', '-n', 'shop')).toEqual(['aaa']);
    expect(await order('shop/bbb')).toEqual(['bbb']);
  });

  test.each([
    [
      ['--sort-by', 'severty'],
      '--sort-by severty is not known; expected severity, lost, name or rule; did you mean severity?',
    ],
    [['--sort-by', ''], "Option '--sort-by' has an empty value; leave it out, or give one"],
    [['-n', 'shp'], 'no Service in namespace shp; did you mean shop?'],
  ])('rejects %j', async (args, message) => {
    await expect(run(audit, ['--topology', cluster(), ...args])).rejects.toThrow(message);
  });
});
