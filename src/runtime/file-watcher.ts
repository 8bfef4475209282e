import { watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface WatchFilesOptions {
  /** Interval of the checks for changes without a notification. */
  readonly pollIntervalMs: number;
  /** Delay after a notification, as one update causes several. Without it the files are only polled. */
  readonly debounceMs?: number;
}

/**
 * Calls `onChange` at every poll and after every notification that a file in the folders of `paths` has changed. The calls never
 * overlap, and the caller decides whether its content changed. Keeps no process alive.
 */
export function watchFiles(
  paths: readonly string[],
  onChange: () => void | Promise<void>,
  { pollIntervalMs, debounceMs }: WatchFilesOptions,
): { stop(): void } {
  let running = false;
  let isDue = false;
  let debounce: NodeJS.Timeout | null = null;
  const run = async () => {
    isDue = true;
    if (running) return;
    running = true;
    try {
      while (isDue) {
        isDue = false;
        await onChange();
      }
    } finally {
      running = false;
    }
  };
  const notify = () => {
    debounce ??= setTimeout(() => {
      debounce = null;
      void run();
    }, debounceMs).unref();
  };
  const folders = debounceMs === undefined ? [] : [...new Set(paths.map(path => dirname(path)))];
  const watchers = folders.flatMap(folder => watchFolder(folder, notify));
  const poll = setInterval(() => void run(), pollIntervalMs).unref();
  return {
    stop() {
      clearInterval(poll);
      if (debounce) clearTimeout(debounce);
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** Watches the folder, because a watch on the file ends when the file is replaced, as kubelet does by swapping a symlink. */
function watchFolder(folder: string, onChange: () => void): { close(): void }[] {
  try {
    const watcher = watch(folder, { persistent: false }, onChange);
    watcher.on('error', () => watcher.close());
    return [watcher];
  } catch {
    // Without notifications (missing folder, too many watches on this node) only polling detects changes.
    return [];
  }
}

/** Inode, size and modification time of each file and of all files below each folder; symbolic links are followed. */
export async function fileStamps(paths: readonly string[]): Promise<string> {
  return (await Promise.all(paths.map(stampOf))).join('\n');
}

async function stampOf(path: string): Promise<string> {
  try {
    const found = await stat(path);
    const stamp = `${path} ${found.ino} ${found.size} ${found.mtimeMs}`;
    if (!found.isDirectory()) return stamp;
    return `${stamp}\n${await fileStamps((await readdir(path)).map(name => join(path, name)))}`;
  } catch {
    return `${path} missing`;
  }
}
