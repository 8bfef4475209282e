import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

const TICKS_PER_SECOND = 100;

/** Processor time that the process and its threads have used, in seconds (proc(5): utime and stime, in clock ticks). */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The program's name may hold blanks; the fields after it start with the third.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Memory that the process holds now, in MiB. */
export function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}
