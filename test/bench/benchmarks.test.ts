import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CASES } from '../../bench/cases.ts';
import { FIGURES, ROOT, rendered } from '../../bench/render.ts';
import type { Result } from '../../bench/result.ts';
import { RESULT } from '../../bench/result.ts';
import { misfits } from '../../bench/shape.ts';

const result = JSON.parse(readFileSync(join(ROOT, FIGURES), 'utf8')) as Result;

// Stale values are no fault: they change with every run. `npm run bench` measures anew.
describe(FIGURES, () => {
  test('has the fields that the harness writes', () => {
    expect(misfits(result, RESULT)).toEqual([]);
  });

  test('comes of a full run', () => {
    expect(result.quick).toBe(false);
  });

  test('holds every review that is measured, of every server that took part', () => {
    const took = new Set(result.servers.map(({ id }) => id));
    const wanted = CASES.flatMap(({ id, subjects }) =>
      subjects.filter(each => took.has(each)).map(each => `${id} ${each}`),
    );
    expect(result.reviews.map(review => `${review.case} ${review.subject}`).sort()).toEqual(wanted.sort());
  });

  test('says of every peer that took no part why', () => {
    const absent = ['controller-runtime', 'pepr'].filter(id => !result.servers.some(server => server.id === id));
    const peers = result.missing.filter(({ what }) => !what.startsWith('end to end'));
    expect(peers).toHaveLength(absent.length);
    expect(result.missing.some(({ what }) => what.startsWith('end to end'))).toBe(result.endToEnd === null);
  });
});

test.each([...rendered(result)])('%s holds the figures as they are; node bench/render.ts writes it', (path, text) => {
  expect(readFileSync(join(ROOT, path), 'utf8')).toBe(text);
});
