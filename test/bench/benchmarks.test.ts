import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CASES } from '../../bench/cases.ts';
import { FIGURES, ROOT, rendered } from '../../bench/render.ts';
import type { Result } from '../../bench/result.ts';
import { RESULT } from '../../bench/result.ts';
import { BASELINES } from '../../bench/server.ts';
import { misfits } from '../../bench/shape.ts';

const result = JSON.parse(readFileSync(join(ROOT, FIGURES), 'utf8')) as Result;

// Values are not compared: they change with every run of `npm run bench`.
describe(FIGURES, () => {
  test('has the fields that the harness writes', () => {
    expect(misfits(result, RESULT)).toEqual([]);
  });

  test('is the result of a full run', () => {
    expect(result.quick).toBe(false);
  });

  test('has every case of every server that was measured', () => {
    const measured = new Set<string>(result.servers.map(({ id }) => id));
    const wanted = CASES.flatMap(({ id, subjects }) =>
      [...BASELINES, ...subjects].filter(each => measured.has(each)).map(each => `${id} ${each}`),
    );
    expect(result.reviews.map(review => `${review.case} ${review.subject}`).sort()).toEqual(wanted.sort());
  });

  test('has a reason for every peer that was not measured', () => {
    const absent = ['controller-runtime', 'pepr'].filter(id => !result.servers.some(server => server.id === id));
    const peers = result.missing.filter(({ what }) => !what.startsWith('end to end'));
    expect(peers).toHaveLength(absent.length);
    expect(result.missing.some(({ what }) => what.startsWith('end to end'))).toBe(result.endToEnd === null);
  });
});

test.each([...rendered(result)])('%s is up to date with the figures; node bench/render.ts writes it', (path, text) => {
  expect(readFileSync(join(ROOT, path), 'utf8')).toBe(text);
});
