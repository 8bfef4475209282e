import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Webhook } from './harness.ts';
import { RECORDED, recorded, reviewOf, webhook } from './harness.ts';

const ODD: readonly unknown[] = [
  null,
  true,
  5,
  -1.5,
  1e300,
  '',
  'x',
  [],
  ['x'],
  [null],
  [[]],
  {},
  { x: 1 },
  { x: null },
];
const PLACES = [
  'object.metadata',
  'object.metadata.name',
  'object.metadata.namespace',
  'object.metadata.labels',
  'object.metadata.annotations',
  'object.spec',
  'object.spec.type',
  'object.spec.ports',
  'object.spec.ports.0',
  'object.spec.ports.0.port',
  'object.spec.ports.0.targetPort',
  'object.spec.ports.0.protocol',
  'object.spec.selector',
  'object.spec.selector.app',
  'object.spec.clusterIP',
  'object.spec.clusterIPs',
  'object.spec.ipFamilies',
  'object.spec.externalIPs',
  'object.spec.internalTrafficPolicy',
  'object.spec.externalTrafficPolicy',
  'object.spec.trafficDistribution',
  'object.spec.sessionAffinityConfig',
  'object.spec.healthCheckNodePort',
  'object.status',
  'object.status.loadBalancer',
  'object.status.loadBalancer.ingress',
];

describe('values of a wrong type in the object cause no exception', () => {
  test.each(PLACES)('%s', async place => {
    const hook = await webhook();
    for (const value of ODD) {
      for (const side of [place, place.replace('object.', 'oldObject.')]) {
        const review = withValue(recorded('12-validate-update-web.json'), ['request', ...side.split('.')], value);
        await expectAnswered(hook, review, `${side} = ${JSON.stringify(value)}`);
      }
    }
  });
});

test('any JSON is answered, and the next review is evaluated correctly', async () => {
  const hook = await webhook();
  await fc.assert(
    fc.asyncProperty(fc.json({ maxDepth: 5 }), fc.constantFrom('/validate', '/mutate'), async (body, path) => {
      expect((await hook.send(path, body)).status).toBeLessThan(500);
    }),
    { numRuns: 250 },
  );
  await expectStillJudging(hook);
});

test('a recorded review with any value changed is answered, and the next one is evaluated correctly', async () => {
  const hook = await webhook();
  const mutation = fc.record({
    review: fc.constantFrom(...RECORDED).map(recorded),
    at: fc.array(fc.nat(60), { minLength: 1, maxLength: 7 }),
    value: fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(...ODD)),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async ([first, ...more]) => {
      if (!first) return;
      const changed = [first, ...more].reduce<unknown>(
        (body, { at, value }) => replaceAt(body, at, value),
        first.review,
      );
      await expectAnswered(hook, changed, 'mutated');
    }),
    { numRuns: 250 },
  );
  await expectStillJudging(hook);
});

/** Expects no 5xx, and warnings that fit into an HTTP header and onto a terminal. */
async function expectAnswered(hook: Webhook, review: unknown, what: string): Promise<void> {
  for (const path of ['/validate', '/mutate']) {
    const { status, answer } = await hook.send(path, review);
    expect(status, what).toBeLessThan(500);
    if (status !== 200) continue;
    expect(answer.response.allowed, what).toBe(true);
    for (const warning of answer.response.warnings ?? []) {
      expect(warning.length, what).toBeLessThanOrEqual(256);
      expect(warning, what).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }
  }
  const failed = hook.log.filter(({ msg }) => msg !== 'review');
  expect(failed, `${what}: no rule failed`).toEqual([]);
}

async function expectStillJudging(hook: Webhook): Promise<void> {
  const { status, answer } = await hook.send('/validate', reviewOf());
  expect([status, answer.response.warnings?.length]).toEqual([200, 1]);
}

/** A copy with another value at a path. Missing parents are created. */
function withValue(body: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(body)) return body.map((item, i) => (String(i) === key ? withValue(item, rest, value) : item));
  const object = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  return { ...object, [key]: withValue(object[key], rest, value) };
}

/** A copy with another value at a path of numbers, each the index of a key. */
function replaceAt(body: unknown, [turn, ...rest]: readonly number[], value: unknown): unknown {
  if (turn === undefined || typeof body !== 'object' || body === null) return value;
  const keys = Object.keys(body);
  const chosen = keys[turn % Math.max(1, keys.length)];
  if (chosen === undefined) return value;
  const entries = Object.entries(body).map(([key, item]) => [
    key,
    key === chosen ? replaceAt(item, rest, value) : item,
  ]);
  return Array.isArray(body) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}
