import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './terminal.ts';

test('the entry of the npm package says what to run in a checkout that is not built', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zonewise-not-built-'));
  try {
    cpSync(join(ROOT, 'bin'), join(folder, 'bin'), { recursive: true });
    const { status, stderr } = spawnSync(process.execPath, [join(folder, 'bin/zonewise.cjs')], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: `zonewise is not built: run npm ci && npm run build in ${folder}\n`,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
