import { execFileSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type CommandResult, runChild } from '../e2e/children.ts';

export const ROOT = join(import.meta.dirname, '../..');

/** The variables of a machine with which npm reaches its registry. */
const NETWORK =
  /^(https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_(file|dir)|npm_config_(registry|cache|userconfig))$/i;

/** An environment without the project's own programs: Node 24 under its own name, and those of the system. */
export const ENV: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value && NETWORK.test(name) ? [[name, value]] : [])),
  ),
  PATH: [dirname(process.execPath), ...systemFolders()].join(delimiter),
  HOME: process.env['HOME'] ?? '/',
  LANG: 'C.UTF-8',
  NODE_DISABLE_COMPILE_CACHE: '1',
  npm_config_update_notifier: 'false',
};

/** A Service with a warning, not a denial, on line 7. */
export const WARNED = `kind: Service
metadata:
  name: web
spec:
  ports: [{ port: 80 }]
  internalTrafficPolicy: Local
  trafficDistribution: PreferSameZone
`;

export interface Clone {
  readonly folder: string;
  readonly remove: () => void;
}

/** A clone of the checkout with its packages: only committed files can be built from it. */
export function cloneCheckout(): Clone {
  const parent = mkdtempSync(join(tmpdir(), 'zonewise-release-'));
  const folder = join(parent, 'clone');
  execFileSync('git', ['clone', '-q', '--no-hardlinks', ROOT, folder]);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rmSync(parent, { recursive: true, force: true }) };
}

/** Runs a command and returns its standard output. Throws with its output if it fails. */
export async function succeed(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await runChild(command, args, { cwd, env: ENV });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${stdout}\n${stderr}`);
  return stdout;
}

/** Writes the file of a warned Service, and returns the folder. */
export function writeWarned(folder: string): string {
  writeFileSync(join(folder, 'web.yaml'), WARNED);
  return folder;
}

/** The first program of the system with this name, `null` if there is none. */
export function systemProgram(name: string): string | null {
  for (const folder of systemFolders()) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // It may be in the next folder.
    }
  }
  return null;
}

function systemFolders(): readonly string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.filter(folder => folder !== '' && !folder.includes('node_modules'));
}

export type { CommandResult };
