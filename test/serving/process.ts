import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished } from 'vitest';
import type { KeyPair } from '../../src/serving/self-signed-certificate.ts';
import type { LogLine } from '../webhook/harness.ts';

const ROOT = join(import.meta.dirname, '../..');

export interface ServeProcess {
  readonly folder: string;
  readonly child: ChildProcess;
  readonly log: readonly LogLine[];
  /** The first line with this message, already logged or pending. */
  logged(message: string): Promise<LogLine>;
  /** Resolves with exit code and signal. */
  readonly exited: Promise<readonly [number | null, NodeJS.Signals | null]>;
}

/** A folder with tls.crt and tls.key, or one of them; deleted when the test ends. */
export function certificateFolder(pair: Partial<KeyPair>): string {
  const folder = mkdtempSync(join(tmpdir(), 'zonewise-serve-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  putPair(folder, pair);
  return folder;
}

export function putPair(folder: string, { cert, key }: Partial<KeyPair>): void {
  if (cert !== undefined) writeFileSync(join(folder, 'tls.crt'), cert);
  if (key !== undefined) writeFileSync(join(folder, 'tls.key'), key);
}

/** Starts `zonewise serve` with the bundled sample, the pair of the folder and this configuration, on free ports. */
export function serveProcess(folder: string, config = ''): ServeProcess {
  writeFileSync(join(folder, 'config.yaml'), `apiVersion: zonewise.dev/v1alpha1\nkind: Config\n${config}\n`);
  const args = ['src/main.ts', 'serve', '--topology', 'sample/cluster.yaml', '--port', '0', '--ops-port', '0'];
  args.push('--tls-cert', join(folder, 'tls.crt'), '--tls-key', join(folder, 'tls.key'));
  args.push('--config', join(folder, 'config.yaml'));
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const log: LogLine[] = [];
  createInterface(child.stdout).on('line', line => void log.push(JSON.parse(line) as LogLine));
  const { promise: exited, resolve } = Promise.withResolvers<readonly [number | null, NodeJS.Signals | null]>();
  child.once('exit', (code, signal) => resolve([code, signal]));
  const logged = async (message: string) => {
    await expect.poll(() => log.map(({ msg }) => msg), { timeout: 15_000 }).toContain(message);
    return log.find(({ msg }) => msg === message) as LogLine;
  };
  return { folder, child, log, logged, exited };
}
