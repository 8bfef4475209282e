import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type GoModule, moduleOf } from '../e2e/assets-build.ts';
import { withFileLock } from '../e2e/file-lock.ts';

const run = promisify(execFile);
const PACKAGE = 'helm.sh/helm/v4/cmd/helm';
/** Debian and others ship another program named helm; only Helm has this command and answers like this. */
const IS_HELM = /^v[34]\.\d/;

export type HelmResult =
  | { readonly kind: 'ready'; readonly path: string }
  | { readonly kind: 'missing'; readonly why: string };

/**
 * Finds Helm: `HELM=<path>`, the pinned version in the user's cache (with `build`: built now, which takes minutes, from
 * the Go module proxy), else any Helm on the PATH. Without `build` nothing is downloaded. Rejects if Go fails to build
 * it.
 */
export async function findHelm({ build }: { readonly build: boolean }): Promise<HelmResult> {
  const given = process.env['HELM'];
  if (given) {
    const path = await usable(given);
    return path ? { kind: 'ready', path } : { kind: 'missing', why: `HELM=${given} is no Helm 3 or 4` };
  }
  const pinned = await pinnedPath();
  const module = build && (await usable(pinned)) === null ? await moduleOf('helm') : null;
  if (module?.kind === 'module') await buildHelm(module, pinned);
  if ((await usable(pinned)) !== null) return { kind: 'ready', path: pinned };
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = await usable(join(folder, 'helm'));
    if (path !== null) return { kind: 'ready', path };
  }
  const why = module?.kind === 'no-go' ? module.why : 'npm run test:e2e builds it once, or set HELM=<path>';
  return { kind: 'missing', why: `no helm in the cache, nor on the PATH\n${why}` };
}

/** Path of the pinned version. It does not run Go, which might download another Go first. */
async function pinnedPath(): Promise<string> {
  const folder = fileURLToPath(new URL('../e2e/tools/helm/', import.meta.url));
  const pins = await Promise.all(['go.mod', 'go.sum'].map(file => readFile(join(folder, file), 'utf8')));
  const key = createHash('sha256')
    .update([...pins, process.platform, process.arch].join('\0'))
    .digest('hex');
  const caches = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(caches, 'zonewise', 'assets', `helm-${key.slice(0, 16)}`, 'helm');
}

async function buildHelm(module: GoModule, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await withFileLock(`${path}.lock`, async () => {
    if ((await usable(path)) !== null) return;
    const temporary = `${path}.${process.pid}.tmp`;
    process.stderr.write(`e2e: building helm (once; kept as ${path}) …\n`);
    try {
      const args = ['build', '-mod=readonly', '-trimpath', '-ldflags', module.ldflags, '-o', temporary, PACKAGE];
      const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' };
      await run('go', args, { cwd: module.folder, env });
      await rename(temporary, path);
    } finally {
      await rm(temporary, { force: true });
    }
  });
}

async function usable(path: string): Promise<string | null> {
  try {
    await access(path);
    const { stdout } = await run(path, ['version', '--short']);
    return IS_HELM.test(stdout) ? path : null;
  } catch {
    return null;
  }
}
