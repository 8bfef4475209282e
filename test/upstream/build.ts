import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A Go program that answers with upstream's own code, in one build per minor. */
export interface OracleSource {
  /** `upstream`: its folder below test/ and in the cache. */
  readonly name: string;
  /** The project whose minor it is. */
  readonly project: string;
  /** `k`: the build tag of a minor, without its number. */
  readonly tag: string;
}

export const KUBERNETES: OracleSource = { name: 'upstream', project: 'Kubernetes', tag: 'k' };
export const CILIUM: OracleSource = { name: 'cilium', project: 'Cilium', tag: 'cilium' };

/** Minors for which there is a `minors/<minor>.mod`. */
export function knownMinors(source: OracleSource): number[] {
  const mods = readdirSync(join(folderOf(source), 'minors')).filter(file => file.endsWith('.mod'));
  return mods.map(file => Number.parseInt(file, 10)).sort((a, b) => a - b);
}

/** The output of `go version`, or null if Go is not installed. */
export function goVersion(): string | null {
  const result = spawnSync('go', ['version'], { encoding: 'utf8', cwd: folderOf(KUBERNETES) });
  return result.status === 0 ? result.stdout.trim() : null;
}

/**
 * Path of the oracle's binary for one minor. It is built once and kept in the user's cache folder under a hash of its
 * inputs.
 */
export function oracleBinary(source: OracleSource, minor: number, go: string): string {
  const { name, project, tag } = source;
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const folder = join(cache, 'zonewise', name, hash(folderOf(source), minor, go));
  const binary = join(folder, 'oracle');
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  console.error(`building the oracle for ${project} 1.${minor} (minutes, the first time)`);
  const part = `${binary}.${process.pid}`;
  const args = ['build', '-trimpath', `-modfile=minors/${minor}.mod`, '-tags', `${tag}${minor}`, '-o', part, '.'];
  execFileSync('go', args, { cwd: folderOf(source), stdio: 'inherit', env: { ...process.env, CGO_ENABLED: '0' } });
  renameSync(part, binary);
  return binary;
}

function folderOf({ name }: OracleSource): string {
  return join(import.meta.dirname, '..', name, 'oracle');
}

function hash(folder: string, minor: number, go: string): string {
  const digest = createHash('sha256').update(go);
  const own = readdirSync(folder).filter(file => file.endsWith('.go') || file === 'go.mod');
  for (const file of [...own.sort(), `minors/${minor}.mod`, `minors/${minor}.sum`]) {
    digest.update(file).update(readFileSync(join(folder, file)));
  }
  return digest.digest('hex').slice(0, 20);
}
