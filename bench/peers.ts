import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { errorMessage } from '../src/runtime/errors.ts';
import { spawnChild } from '../test/e2e/children.ts';
import type { Site, Subject } from './subjects.ts';

const run = promisify(execFile);
const GO_FOLDER = fileURLToPath(new URL('./peers/go/', import.meta.url));
const PEPR_FOLDER = fileURLToPath(new URL('./peers/pepr/', import.meta.url));
const GO_ENV = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' };

/** A peer that is measured, or the reason why it is not. */
export type Peer = { readonly subject: Subject } | { readonly what: string; readonly why: string };

export async function findPeers(site: Site): Promise<readonly Peer[]> {
  return [
    await controllerRuntime(site).catch(cause => ({ what: 'controller-runtime', why: firstLine(cause) })),
    await pepr(site).catch(cause => ({ what: 'Pepr', why: firstLine(cause) })),
  ];
}

async function controllerRuntime({ folder }: Site): Promise<Peer> {
  const program = await builtGo();
  return {
    subject: {
      id: 'controller-runtime',
      command: port => [program, '-port', String(port), '-certs', folder],
      // It is pinned to one core, on which more threads would only switch.
      env: { GOMAXPROCS: '1' },
    },
  };
}

/** Builds the program once: its name in the cache folder changes with the source, the pins and the version of Go. */
async function builtGo(): Promise<string> {
  const version = (await run('go', ['env', 'GOVERSION', 'GOARCH'], { cwd: GO_FOLDER, env: GO_ENV })).stdout;
  const source = ['go.mod', 'go.sum', 'main.go'].map(name => readFileSync(join(GO_FOLDER, name), 'utf8'));
  const key = createHash('sha256')
    .update([...source, version].join('\0'))
    .digest('hex')
    .slice(0, 16);
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'zonewise', 'bench');
  const program = join(cache, `controller-runtime-${key}`);
  if (existsSync(program)) return program;
  process.stderr.write('bench: building the Go peer (once) …\n');
  mkdirSync(cache, { recursive: true });
  const output = `${program}.${process.pid}`;
  const args = ['build', '-mod=readonly', '-trimpath', '-ldflags', '-s -w', '-o', output, '.'];
  await run('go', args, { cwd: GO_FOLDER, env: GO_ENV });
  renameSync(output, program);
  return program;
}

/** The admission controller with the settings of its Deployment; its store is a fake one (peers/pepr/store.mjs). */
async function pepr({ folder, cert, key }: Site): Promise<Peer> {
  if (!existsSync(join(PEPR_FOLDER, 'node_modules', 'pepr'))) {
    process.stderr.write('bench: installing Pepr (once) …\n');
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: PEPR_FOLDER });
  }
  const kubeconfig = join(folder, 'pepr.kubeconfig');
  const server = `http://127.0.0.1:${await startStore()}`;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'store', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'store', user: {} }],
    contexts: [{ name: 'store', context: { cluster: 'store', user: 'store' } }],
    'current-context': 'store',
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  return {
    subject: {
      id: 'pepr',
      command: port => [process.execPath, join(PEPR_FOLDER, 'module.mjs'), String(port)],
      env: {
        KUBECONFIG: kubeconfig,
        SSL_CERT_PATH: cert,
        SSL_KEY_PATH: key,
        PEPR_API_PATH: 'bench',
        PEPR_WATCH_MODE: 'false',
        LOG_LEVEL: 'info',
        NODE_ENV: 'production',
      },
      path: webhook => `/${webhook}/bench?timeout=10s`,
    },
  };
}

/** Resolves to its port. The store ends with this process. */
async function startStore(): Promise<number> {
  const program = join(PEPR_FOLDER, 'store.mjs');
  const child = spawnChild(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout?.once('data', (text: Buffer) => resolve(Number(text.toString())));
    child.once('exit', code => reject(new Error(`the store for Pepr ended with ${code}`)));
  });
  child.unref();
  (child.stdout as { unref?: () => void } | null)?.unref?.();
  return port;
}

function firstLine(cause: unknown): string {
  const absent = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  return absent
    ? `${(cause as NodeJS.ErrnoException).path} is not installed`
    : (errorMessage(cause).split('\n')[0] ?? '');
}
