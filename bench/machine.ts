import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';

/** Which cores what runs on; `null` where it cannot be pinned. */
export interface Pinning {
  readonly server: number;
  readonly generator: number;
}

/** Server and generator get a core each where there are two and `taskset` is there. */
export function findPinning(): Pinning | null {
  if (process.platform !== 'linux' || availableParallelism() < 2) return null;
  const { status } = spawnSync('taskset', ['-c', '0,1', 'true']);
  return status === 0 ? { server: 0, generator: 1 } : null;
}

/** The command that runs this one on one core only. `taskset` becomes the program itself, so the pid stays. */
export function pinned(core: number | undefined, command: readonly string[]): readonly string[] {
  return core === undefined ? command : ['taskset', '-c', String(core), ...command];
}

/** The machine without its name. */
export function describeMachine() {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${/^\d+\.\d+/.exec(release())?.[0] ?? ''} ${process.arch}`,
  };
}

/**
 * Processor time that the threads of a process have used, in seconds: the first field of schedstat, nanoseconds
 * (Documentation/scheduler/sched-stats.rst), as /proc/PID/stat counts in hundredths of a second only.
 */
export function processorSeconds(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanos = threads.map(thread => Number(readIfThere(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]));
  return nanos.reduce((sum, each) => sum + each, 0) / 1e9;
}

/** A thread may end between the listing and the reading. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '0';
  }
}

/** Memory that the process holds now, in MiB. */
export function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}
