import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { NODE_VERSION } from '../../scripts/executable/node-package.ts';
import { ROOT } from '../cli/terminal.ts';

test('the tests, the single executable and the image have the same Node', () => {
  const { node } = packageJson.devDependencies;
  expect(NODE_VERSION).toBe(node);
  expect(readFileSync(join(ROOT, 'Dockerfile'), 'utf8')).toContain(`ARG NODE_IMAGE=node:${node}-bookworm-slim@sha256:`);
});
