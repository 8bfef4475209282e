import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';

/** The cores that server and generator are pinned to. */
export interface Pinning {
  readonly server: number;
  readonly generator: number;
}

/** A core each for server and generator; `null` if there are not two cores or `taskset` is missing. */
export function findPinning(): Pinning | null {
  if (process.platform !== 'linux' || availableParallelism() < 2) return null;
  const { status } = spawnSync('taskset', ['-c', '0,1', 'true']);
  return status === 0 ? { server: 0, generator: 1 } : null;
}

/** The command that runs this one on one core. `taskset` executes the program in its own process, so the pid stays. */
export function pinned(core: number | undefined, command: readonly string[]): readonly string[] {
  return core === undefined ? command : ['taskset', '-c', String(core), ...command];
}

/** Describes the machine without its name. */
export function describeMachine() {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${/^\d+\.\d+/.exec(release())?.[0] ?? ''} ${process.arch}`,
  };
}

/**
 * Processor time of all threads of a process in seconds: the first field of schedstat, in nanoseconds
 * (Documentation/scheduler/sched-stats.rst). /proc/PID/stat has a resolution of a hundredth of a second only.
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

/** Resident memory of a process in MiB: now (`VmRSS`) or at its highest (`VmHWM`). */
export function residentMiB(pid: number, field: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN) / 1024;
}
