import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { endChild, spawnChild } from '../e2e/children.ts';
import type { Delays, DelayWindow, ProbeMessage } from './delays.ts';

const PROBE = new URL('./probe.ts', import.meta.url).href;

/**
 * If permitted: CPU time used by other programs is not a stall of the measured process, nor of the idle one. Without
 * permission `nice` prints a warning and still starts the program.
 */
const PRIORITY = '-10';

/** A Node process with the probe. */
export interface MeasuredProcess {
  /** Each line of stdout that is JSON. */
  readonly log: readonly LogLine[];
  /** Times reported by the probe, in milliseconds since the epoch. */
  readonly marks: ReadonlyMap<string, number>;
  /** Delays in any of these windows. */
  readonly delays: (windows: readonly DelayWindow[]) => Promise<Delays>;
  /** Resident set size now, in MiB, as reported by the kernel. */
  readonly rss: () => number;
  /** Peak resident set size, in MiB. */
  readonly peakRss: () => number;
  /** CPU time so far, in seconds. */
  readonly cpuSeconds: () => number;
  readonly stop: () => Promise<void>;
}

export interface LogLine {
  readonly msg?: string;
  readonly time?: string;
  readonly [field: string]: unknown;
}

/** Starts Node with these arguments. An `idle` process does nothing and keeps running. */
export function startMeasured(args: readonly string[], kind: 'idle' | 'working'): MeasuredProcess {
  const child = spawnChild('nice', ['-n', PRIORITY, process.execPath, '--import', PROBE, ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, ZONEWISE_PROBE: kind },
  });
  const log: LogLine[] = [];
  if (child.stdout) createInterface({ input: child.stdout }).on('line', line => keep(log, line));
  const marks = new Map<string, number>();
  const answers: ((delays: Delays) => void)[] = [];
  child.on('message', (message: ProbeMessage) => {
    if ('mark' in message) marks.set(message.mark, message.at);
    else answers.shift()?.(message.delays);
  });
  const status = (field: string) => kibibytes(child, field) / 1024;
  return {
    log,
    marks,
    delays: windows =>
      new Promise(resolve => {
        answers.push(resolve);
        child.send([...windows]);
      }),
    rss: () => status('VmRSS'),
    peakRss: () => status('VmHWM'),
    cpuSeconds: () => ticks(child) / 100,
    stop: () => endChild(child),
  };
}

function keep(log: LogLine[], line: string): void {
  if (line.startsWith('{')) log.push(JSON.parse(line));
}

function kibibytes({ pid }: ChildProcess, field: string): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]);
}

/** User and system time in hundredths of a second. The program name before it may contain blanks. */
function ticks({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}
