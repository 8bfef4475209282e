import { describe, expect, test } from 'vitest';
import type { Lab, Seen } from '../environment.ts';

const DAY = 24 * 3_600_000;
const GAP = 'local-policy-uncovered-nodes';
const REASON = 'team web knows: the batch nodes never call it';

/** `zonewise.dev/…` annotations by the part after the slash. */
type Annotations = Readonly<Record<string, string>>;

interface Story {
  readonly fact: string;
  readonly annotations: () => Annotations;
  readonly rules: readonly string[];
}

/** A day in UTC as ignore-until wants it, from now in milliseconds. */
function day(fromNow: number): string {
  return new Date(Date.now() + fromNow).toISOString().slice(0, 10);
}

// A minute ahead, so that midnight may pass between writing the day down and the review.
const today = () => day(60_000);
const yesterday = () => day(-DAY);
const excused = (more: Annotations = {}): Annotations => ({ ignore: GAP, 'ignore-reason': REASON, ...more });

const STORIES: readonly Story[] = [
  { fact: 'without an exemption the rule warns', annotations: () => ({}), rules: [GAP] },
  { fact: 'an exemption with a reason silences the rule', annotations: () => excused(), rules: [] },
  {
    fact: 'an exemption silences no other rule',
    annotations: () => excused({ ignore: 'zone-hints-blocked' }),
    rules: [GAP],
  },
  {
    fact: 'one in a list of rules is enough',
    annotations: () => excused({ ignore: `zone-hints-blocked, ${GAP}` }),
    rules: [],
  },
  { fact: '* silences every rule', annotations: () => excused({ ignore: '*' }), rules: [] },
  {
    fact: 'without a reason it works, and asks for the reason',
    annotations: () => ({ ignore: GAP }),
    rules: ['ignore-without-reason'],
  },
  {
    fact: '* without a reason cannot silence the question for it',
    annotations: () => ({ ignore: '*' }),
    rules: ['ignore-without-reason'],
  },
  {
    fact: 'an exemption until yesterday is over',
    annotations: () => excused({ 'ignore-until': yesterday() }),
    rules: [GAP],
  },
  { fact: 'also that of *', annotations: () => excused({ ignore: '*', 'ignore-until': yesterday() }), rules: [GAP] },
  {
    fact: 'an exemption until today holds the whole day',
    annotations: () => excused({ 'ignore-until': today() }),
    rules: [],
  },
  {
    fact: 'an exemption until a day far away holds',
    annotations: () => excused({ 'ignore-until': '2999-12-31' }),
    rules: [],
  },
  {
    fact: 'an end that is no date counts as none',
    annotations: () => excused({ 'ignore-until': 'soon' }),
    rules: [GAP],
  },
];

export function exemptionStories(lab: () => Lab): void {
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
    test.each(STORIES)('$fact', async ({ annotations, rules }) => {
      const seen = await lab().apply(gap(annotations()), '--dry-run=server');
      expect(seen).toMatchObject({ code: 0, rules });
      if (rules.length === 0) expect(seen.stderr).toBe('');
    });

    test('of a Service that is there, the warning comes back with its end and goes with a new one', async () => {
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
      expect(await until(yesterday())).toMatchObject({ code: 0, rules: [GAP] });
      expect(await until('2999-12-31')).toMatchObject({ code: 0, rules: [], stderr: '' });
    });

    test.each(['unknown-topology-mode', '*'])('a rule that denies is not silenced by %s', async ignore => {
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

/** From `metadata` on, in front of pods on a1, a2 and b1. */
function serviceOf(metadata: object, ...fields: readonly string[]): string {
  const spec = ['selector: { app: web }', 'ports: [{ port: 80 }]', ...fields].join(', ');
  return `metadata: ${JSON.stringify(metadata)}\nspec: { ${spec} }\n`;
}
