import type { Manifest } from '../../cluster/manifests/manifest.ts';
import { ManifestTopology } from '../../cluster/manifests/manifest-topology.ts';
import { type FileFacts, factsOfFiles } from '../../cluster/snapshot/facts.ts';
import type { Topology } from '../../model/topology.ts';
import { fileStamps, watchFiles } from '../../runtime/file-watcher.ts';
import { delegatingTopology } from '../../topology/topology-view.ts';

/** Polling works on every file system, and reads only files that changed. */
const POLL_INTERVAL_MS = 1_000;

export interface WatchManifestsOptions {
  readonly paths: readonly string[];
  readonly read: () => Promise<readonly Manifest[]>;
  /** Called for unusable files; the last usable ones stay in use. */
  readonly onProblem: (error: unknown) => void;
}

export interface WatchedManifests {
  readonly topology: Topology & { onChange(listener: () => void): () => void };
  /** Facts about the cluster from the files, besides its topology. */
  facts(): FileFacts;
  /** Reads changed files again, after any read that is in progress. */
  reload(): Promise<void>;
  stop(): void;
}

/** Reads a cluster from files, and again when they change. Rejects if the first read fails. */
export async function watchManifests({ paths, read, onProblem }: WatchManifestsOptions): Promise<WatchedManifests> {
  const files = paths.filter(path => path !== '-');
  let stamp = await fileStamps(files);
  const readAll = async () => {
    const manifests = await read();
    return { topology: new ManifestTopology(manifests), facts: factsOfFiles(manifests) };
  };
  let current = await readAll();
  const listeners = new Set<() => void>();
  const readChanged = async () => {
    const now = await fileStamps(files);
    if (now === stamp) return;
    stamp = now;
    try {
      current = await readAll();
    } catch (error) {
      return onProblem(error);
    }
    for (const listener of listeners) listener();
  };
  let last = Promise.resolve();
  const reload = () => {
    last = last.then(readChanged);
    return last;
  };
  const watcher = watchFiles(files, reload, { pollIntervalMs: POLL_INTERVAL_MS });
  const onChange = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const topology = { ...delegatingTopology(() => current.topology), onChange };
  return { topology, facts: () => current.facts, reload, stop: () => watcher.stop() };
}
