import { describe, expect, test } from 'vitest';
import type { Lab, Seen } from '../environment.ts';

const DAY = 24 * 3_600_000;
const GAP = 'local-policy-uncovered-nodes';
const REASON = 'team web knows: the batch nodes never call it';

/** `zonewise.dev/…` annotations by the part after the slash. */
type Annotations = Readonly<Record<string, string>>;

interface ExemptionCase {
  readonly fact: string;
  readonly annotations: () => Annotations;
  readonly rules: readonly string[];
}

/** A day in UTC, formatted for ignore-until; the argument is an offset from now in milliseconds. */
function day(fromNow: number): string {
  return new Date(Date.now() + fromNow).toISOString().slice(0, 10);
}

// One minute ahead, so that midnight may pass between this line and the review.
const today = () => day(60_000);
const yesterday = () => day(-DAY);
const excused = (more: Annotations = {}): Annotations => ({ ignore: GAP, 'ignore-reason': REASON, ...more });

const CASES: readonly ExemptionCase[] = [
  { fact: 'do not apply without an annotation', annotations: () => ({}), rules: [GAP] },
  { fact: 'with a reason suppress the finding', annotations: () => excused(), rules: [] },
  {
    fact: 'of one rule do not suppress another',
    annotations: () => excused({ ignore: 'zone-hints-blocked' }),
    rules: [GAP],
  },
  {
    fact: 'may list several rules',
    annotations: () => excused({ ignore: `zone-hints-blocked, ${GAP}` }),
    rules: [],
  },
  { fact: 'with * suppress the findings of every rule', annotations: () => excused({ ignore: '*' }), rules: [] },
  {
    fact: 'without a reason work and cause a warning about the reason',
    annotations: () => ({ ignore: GAP }),
    rules: ['ignore-without-reason'],
  },
  {
    fact: 'with * and without a reason do not suppress the warning about the reason',
    annotations: () => ({ ignore: '*' }),
    rules: ['ignore-without-reason'],
  },
  {
    fact: 'until yesterday have expired',
    annotations: () => excused({ 'ignore-until': yesterday() }),
    rules: [GAP, 'annotation-without-effect'],
  },
  {
    fact: 'with * until yesterday have expired',
    annotations: () => excused({ ignore: '*', 'ignore-until': yesterday() }),
    rules: [GAP, 'annotation-without-effect'],
  },
  {
    fact: 'until today are valid the whole day',
    annotations: () => excused({ 'ignore-until': today() }),
    rules: [],
  },
  {
    fact: 'until a distant day are valid',
    annotations: () => excused({ 'ignore-until': '2999-12-31' }),
    rules: [],
  },
  {
    fact: 'with an invalid date have no end',
    annotations: () => excused({ 'ignore-until': 'soon' }),
    rules: [GAP, 'annotation-without-effect'],
  },
];

export function exemptionCases(lab: () => Lab): void {
  const gap = (annotations: Annotations): string =>
    serviceOf(
      { name: 'excused', namespace: 'shop', annotations: prefixed(annotations) },
      'internalTrafficPolicy: Local',
    );
  const misspelt = (namespace: string, annotations: Annotations): Promise<Seen> => {
    const all = { 'service.kubernetes.io/topology-mode': 'AUTO', ...prefixed(annotations) };
    return lab().apply(serviceOf({ name: 'excused-mode', namespace, annotations: all }), '--dry-run=server');
  };

  describe('exemptions', () => {
    test.each(CASES)('$fact', async ({ annotations, rules }) => {
      const seen = await lab().apply(gap(annotations()), '--dry-run=server');
      expect(seen).toMatchObject({ code: 0, rules });
      if (rules.length === 0) expect(seen.stderr).toBe('');
    });

    test('of an existing Service expire, which restores the warning, and can be renewed', async () => {
      expect(await lab().apply(gap(excused()))).toMatchObject({ code: 0, rules: [], stderr: '' });
      await lab().cluster.endpointsOn({ namespace: 'shop', name: 'excused' }, ['a1', 'a2', 'b1']);
      const until = (end: string): Promise<Seen> =>
        lab().kubectl([
          'annotate',
          '--overwrite',
          'service',
          '-n',
          'shop',
          'excused',
          `zonewise.dev/ignore-until=${end}`,
        ]);
      expect(await until(yesterday())).toMatchObject({ code: 0, rules: ['annotation-without-effect', GAP] });
      expect(await until('2999-12-31')).toMatchObject({ code: 0, rules: [], stderr: '' });
    });

    test.each(['unknown-topology-mode', '*'])('with %s do not apply to a rule at deny', async ignore => {
      const annotations = { ignore, 'ignore-reason': REASON };
      expect(await misspelt('shop', annotations)).toMatchObject({ code: 0, rules: [], stderr: '' });
      const refused = await misspelt('strict', annotations);
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toMatch(/denied the request: .*\[unknown-topology-mode\]/s);
    });
  });
}

function prefixed(annotations: Annotations): Annotations {
  return Object.fromEntries(Object.entries(annotations).map(([name, value]) => [`zonewise.dev/${name}`, value]));
}

/** The Service from `metadata` on, with pods on a1, a2 and b1. */
function serviceOf(metadata: object, ...fields: readonly string[]): string {
  const spec = ['selector: { app: web }', 'ports: [{ port: 80 }]', ...fields].join(', ');
  return `metadata: ${JSON.stringify(metadata)}\nspec: { ${spec} }\n`;
}
