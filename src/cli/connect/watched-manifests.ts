import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../cluster/manifests/manifest.ts';
import { ManifestTopology } from '../../cluster/manifests/manifest-topology.ts';
import type { SnapshotFacts } from '../../cluster/snapshot/facts.ts';
import { snapshotFacts } from '../../cluster/snapshot/facts.ts';
import type { Topology } from '../../model/topology.ts';
import { viewOf } from '../../topology/topology-view.ts';

/** Looking is cheaper than being told: it works on every file system, and reads nothing that has not changed. */
const LOOK_MS = 1_000;

export interface FollowOptions {
  readonly paths: readonly string[];
  readonly read: () => Promise<readonly Manifest[]>;
  /** Files that have become unusable; the last good ones stay in use. */
  readonly onProblem: (error: unknown) => void;
}

export interface FollowedFiles {
  readonly topology: Topology & { onChange(listener: () => void): () => void };
  /** What a snapshot among them says, `null` without one. */
  snapshot(): SnapshotFacts | null;
  /** Reads again what has changed; resolves when that is done. */
  look(): Promise<void>;
  stop(): void;
}

/** A cluster of files, read again when they change. Rejects where the first reading fails. */
export async function followFiles({ paths, read, onProblem }: FollowOptions): Promise<FollowedFiles> {
  let stamp = stampOf(paths);
  const readAll = async () => {
    const manifests = await read();
    return { topology: new ManifestTopology(manifests), snapshot: snapshotFacts(manifests) };
  };
  let current = await readAll();
  const listeners = new Set<() => void>();
  const look = async () => {
    const now = stampOf(paths);
    if (now === stamp) return;
    stamp = now;
    try {
      current = await readAll();
    } catch (error) {
      return onProblem(error);
    }
    for (const listener of listeners) listener();
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  const onChange = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const topology = { ...viewOf(() => current.topology), onChange };
  return { topology, snapshot: () => current.snapshot, look, stop: () => clearInterval(timer) };
}

/** Changes with every file below the paths; standard input never does. */
function stampOf(paths: readonly string[]): string {
  return paths
    .filter(path => path !== '-')
    .map(stampOfPath)
    .join('\n');
}

function stampOfPath(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    const below = statSync(path).isDirectory() ? readdirSync(path).map(name => stampOfPath(join(path, name))) : [];
    return [`${path} ${ino} ${size} ${mtimeMs}`, ...below].join('\n');
  } catch {
    return `${path} gone`;
  }
}
