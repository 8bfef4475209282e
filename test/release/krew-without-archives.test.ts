import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('the manifest for krew needs the archives, and says what writes them', () => {
  const script = join(import.meta.dirname, '../../scripts/executable/krew-manifest.ts');
  const ran = spawnSync(process.execPath, [script, '--repository', 'owner/zonewise', '/no/release'], {
    encoding: 'utf8',
  });
  expect(ran.stderr).toMatch(
    /^krew-manifest: \/no\/release holds no kubectl-zonewise-v\S+; run npm run build:executable first[^\n]*\n$/,
  );
  expect(ran.status).toBe(2);
});
