import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../cluster/manifests/manifest.ts';
import { ManifestTopology } from '../../cluster/manifests/manifest-topology.ts';
import { type SnapshotFacts, snapshotFacts } from '../../cluster/snapshot/facts.ts';
import type { Topology } from '../../model/topology.ts';
import { viewOf } from '../../topology/topology-view.ts';

/** Polling works on every file system, and reads only files that changed. */
const LOOK_MS = 1_000;

export interface FollowOptions {
  readonly paths: readonly string[];
  readonly read: () => Promise<readonly Manifest[]>;
  /** Called for unusable files; the last usable ones stay in use. */
  readonly onProblem: (error: unknown) => void;
}

export interface FollowedFiles {
  readonly topology: Topology & { onChange(listener: () => void): () => void };
  /** The facts of a snapshot among the files, `null` without one. */
  snapshot(): SnapshotFacts | null;
  /** Reads changed files again. */
  look(): Promise<void>;
  stop(): void;
}

/** Reads a cluster from files, and again when they change. Rejects if the first read fails. */
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

/** Changes with every file below the paths, never with standard input. */
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
    return `${path} missing`;
  }
}
