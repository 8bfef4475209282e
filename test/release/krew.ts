import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { runChild } from '../e2e/children.ts';
import { expectCheck } from './main-job.ts';
import { ENV } from './site.ts';

export interface KrewSite {
  /** Text of the plugin's manifest. */
  readonly manifest: string;
  readonly archive: string;
  /** Paths of the programs. */
  readonly krew: string;
  readonly validator: string;
  /** Working directory with web.yaml. */
  readonly folder: string;
}

/** Validates the manifest, installs the archive with it as a user does, and runs what krew put on the PATH. */
export async function expectInstalled({ manifest, archive, krew, validator, folder }: KrewSite): Promise<void> {
  const path = join(folder, 'zonewise.yaml');
  writeFileSync(path, manifest);
  const validated = await runChild(validator, ['-manifest', path, '-skip-install'], { cwd: folder, env: ENV });
  expect(validated.code, validated.stderr).toBe(0);
  const home = join(folder, 'krew');
  mkdirSync(home);
  const env = { ...ENV, KREW_ROOT: home, HOME: folder, KREW_NO_UPGRADE_CHECK: '1' };
  const installed = await runChild(krew, ['install', `--manifest=${path}`, `--archive=${archive}`], {
    cwd: folder,
    env,
  });
  expect(installed.code, installed.stderr).toBe(0);
  expect(installed.stderr).toContain('kubectl zonewise audit');
  await expectCheck({ command: join(home, 'bin/kubectl-zonewise'), cwd: folder });
}
