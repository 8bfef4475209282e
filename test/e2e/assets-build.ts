import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Tool } from './assets.ts';
import { spawnChild } from './children.ts';
import { withFileLock } from './file-lock.ts';

const run = promisify(execFile);
const GO_ENV = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' };

/** Programs of other suites. */
export type GoTool = Tool | 'actionlint' | 'krew' | 'validate-krew-manifest';

const PACKAGES: Readonly<Record<GoTool, string>> = {
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
  'kube-proxy': 'k8s.io/kubernetes/cmd/kube-proxy',
  registry: 'github.com/google/go-containerregistry/cmd/registry',
  prometheus: 'github.com/prometheus/prometheus/cmd/prometheus',
  actionlint: 'github.com/rhysd/actionlint/cmd/actionlint',
  krew: 'sigs.k8s.io/krew/cmd/krew',
  'validate-krew-manifest': 'sigs.k8s.io/krew/cmd/validate-krew-manifest',
};

/** Build tags. Prometheus without service discovery compiles in a fraction of the time, and static targets remain. */
const TAGS: Partial<Record<GoTool, string>> = { prometheus: 'remove_all_sd' };

/** A pinned module under `tools/` whose programs this machine can build. */
export interface GoModule {
  readonly kind: 'module';
  readonly name: string;
  readonly folder: string;
  /** Cache folder of the programs. The name depends on the pins and on the Go version that builds them. */
  readonly cache: string;
  readonly ldflags: string;
}

export class AssetBuildError extends Error {
  readonly code = 'ASSET_BUILD';
}

/** Returns `no-go` if Go is absent or too old for the module. */
export async function moduleOf(name: string): Promise<GoModule | { readonly kind: 'no-go'; readonly why: string }> {
  const folder = fileURLToPath(new URL(`./tools/${name}/`, import.meta.url));
  let go: string;
  try {
    // Runs inside the module, so that Go compares itself with the version in go.mod.
    go = (await run('go', ['env', 'GOVERSION', 'GOOS', 'GOARCH'], { cwd: folder, env: GO_ENV })).stdout;
  } catch (cause) {
    const absent = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    return { kind: 'no-go', why: absent ? 'Go is not installed' : `Go refuses: ${String(cause).trim()}` };
  }
  const mod = await readFile(join(folder, 'go.mod'), 'utf8');
  const sum = await readFile(join(folder, 'go.sum'), 'utf8');
  const key = createHash('sha256').update(`${mod}\0${sum}\0${go}`).digest('hex').slice(0, 16);
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'zonewise', 'assets', key);
  return { kind: 'module', name, folder, cache, ldflags: ldflagsOf(mod) };
}

/**
 * Returns the path of the program, and builds it unless the cache has it. The lock saves a second suite the build; the
 * rename prevents a partial program even without the lock.
 */
export async function buildTool(module: GoModule, tool: GoTool): Promise<string> {
  const path = join(module.cache, tool);
  if (await exists(path)) return path;
  await mkdir(module.cache, { recursive: true });
  await withFileLock(`${path}.lock`, async () => {
    if (await exists(path)) return;
    const temporary = `${path}.${process.pid}.tmp`;
    const began = Date.now();
    process.stderr.write(`e2e: building ${tool} (once; kept in ${module.cache}) …\n`);
    try {
      await goBuild(module, tool, temporary);
      await rename(temporary, path);
    } finally {
      await rm(temporary, { force: true });
    }
    process.stderr.write(`e2e: built ${tool} in ${Math.round((Date.now() - began) / 1000)} s\n`);
  });
  return path;
}

function goBuild(module: GoModule, tool: GoTool, output: string): Promise<void> {
  const tags = TAGS[tool] ?? '';
  const flags = ['-mod=readonly', '-trimpath', '-tags', tags, '-ldflags', module.ldflags];
  const args = ['build', ...flags, '-o', output, PACKAGES[tool]];
  const child = spawnChild('go', args, { cwd: module.folder, env: GO_ENV, stdio: ['ignore', 'inherit', 'pipe'] });
  let logged = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    logged = (logged + text).slice(-4_000);
  });
  return new Promise((resolve, reject) => {
    child.once('error', cause => reject(new AssetBuildError(`cannot run go build for ${tool}`, { cause })));
    child.once('close', code => {
      if (code === 0) resolve();
      else reject(new AssetBuildError(`go build of ${tool} in ${module.folder} failed (${code}):\n${logged}`));
    });
  });
}

/** Without a stamped version, `/version` returns v0.0.0, and kubectl and zonewise treat the cluster as old. */
function ldflagsOf(goMod: string): string {
  const version = /^\s*k8s\.io\/kubernetes v(\d+)\.(\d+)\.(\d+)/m.exec(goMod);
  if (version === null) return '-s -w';
  const stamp = 'k8s.io/component-base/version';
  const [, major, minor, patch] = version;
  const flags = [`gitVersion=v${major}.${minor}.${patch}`, `gitMajor=${major}`, `gitMinor=${minor}`];
  return ['-s -w', ...flags.map(flag => `-X ${stamp}.${flag}`)].join(' ');
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
