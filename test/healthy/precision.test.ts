import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PRECISION_PAGE, renderPrecision } from '../../scripts/generate-precision.ts';
import { ROOT } from '../rules/fixture.ts';

test(`${PRECISION_PAGE} holds the current numbers; node scripts/generate-precision.ts writes it`, async () => {
  expect(readFileSync(join(ROOT, PRECISION_PAGE), 'utf8')).toBe(await renderPrecision());
});
