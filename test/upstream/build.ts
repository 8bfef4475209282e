import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const SOURCES = join(import.meta.dirname, 'oracle');

/** Kubernetes minors for which there is a `minors/<minor>.mod`. */
export function knownMinors(): number[] {
  const mods = readdirSync(join(SOURCES, 'minors')).filter(file => file.endsWith('.mod'));
  return mods.map(file => Number.parseInt(file, 10)).sort((a, b) => a - b);
}

/** The output of `go version`, or null if Go is not installed. */
export function goVersion(): string | null {
  const result = spawnSync('go', ['version'], { encoding: 'utf8', cwd: SOURCES });
  return result.status === 0 ? result.stdout.trim() : null;
}

/**
 * Path of the oracle's binary for one minor. It is built once and kept in the user's cache folder under a hash of its
 * inputs.
 */
export function oracleBinary(minor: number, go: string): string {
  const folder = join(
    process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
    'zonewise',
    'upstream',
    hash(minor, go),
  );
  const binary = join(folder, 'oracle');
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  console.error(`building the oracle for Kubernetes 1.${minor} (minutes, the first time)`);
  const part = `${binary}.${process.pid}`;
  const args = ['build', `-modfile=minors/${minor}.mod`, '-tags', `k${minor}`, '-o', part, '.'];
  execFileSync('go', args, { cwd: SOURCES, stdio: 'inherit', env: { ...process.env, CGO_ENABLED: '0' } });
  renameSync(part, binary);
  return binary;
}

function hash(minor: number, go: string): string {
  const digest = createHash('sha256').update(go);
  const own = readdirSync(SOURCES).filter(file => file.endsWith('.go') || file === 'go.mod');
  for (const file of [...own.sort(), `minors/${minor}.mod`, `minors/${minor}.sum`]) {
    digest.update(file).update(readFileSync(join(SOURCES, file)));
  }
  return digest.digest('hex').slice(0, 20);
}
