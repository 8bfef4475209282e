import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const REAPER = fileURLToPath(new URL('./reaper.ts', import.meta.url));

let reaper: ChildProcess | undefined;

/**
 * Starts a child that cannot outlive this process. Exit handlers do not run when a test worker is killed, so a
 * reaper outside our process group is told every pid; it ends them when our end of its stdin closes, whatever
 * closed it.
 */
export function spawnChild(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(command, args, options);
  const { pid } = child;
  if (pid === undefined) return child;
  tellReaper(`+${pid}`);
  child.once('exit', () => tellReaper(`-${pid}`));
  return child;
}

/** SIGTERM, then SIGKILL after `graceMs`; resolves when the process is gone. */
export async function endChild(child: ChildProcess, graceMs = 5_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>(resolve => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await gone;
  clearTimeout(timer);
}

function tellReaper(line: string): void {
  reaper ??= startReaper();
  reaper.stdin?.write(`${line}\n`);
}

function startReaper(): ChildProcess {
  const started = spawn(process.execPath, [REAPER], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  started.stdin?.on('error', () => {});
  started.unref();
  // A pipe keeps the event loop alive unless its handle is let go as well; the type says nothing of it.
  const stdin = started.stdin as (NodeJS.WritableStream & { unref?: () => void }) | null;
  stdin?.unref?.();
  return started;
}
