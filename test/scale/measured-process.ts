import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { endChild, spawnChild } from '../e2e/children.ts';
import type { Delays, DelayWindow, ProbeMessage } from './delays.ts';

const PROBE = new URL('./probe.ts', import.meta.url).href;

/**
 * Where it may be had: what others take from the processor is no stall of the process under measurement, nor of the idle
 * one beside it. Without the right `nice` says so and starts the program all the same.
 */
const PRIORITY = '-10';

/** A Node process that carries the probe. */
export interface MeasuredProcess {
  /** Of what it wrote to stdout, each line that is JSON. */
  readonly log: readonly LogLine[];
  /** Moments that the probe noticed, in milliseconds since the epoch. */
  readonly marks: ReadonlyMap<string, number>;
  /** In any of these windows. */
  readonly delays: (windows: readonly DelayWindow[]) => Promise<Delays>;
  /** Resident set size now, in MiB, as the kernel counts it. */
  readonly rss: () => number;
  /** The highest it has been, in MiB. */
  readonly peakRss: () => number;
  /** Processor time so far, in seconds. */
  readonly cpuSeconds: () => number;
  readonly stop: () => Promise<void>;
}

export interface LogLine {
  readonly msg?: string;
  readonly time?: string;
  readonly [field: string]: unknown;
}

/** Starts Node with these arguments. `idle`: it has nothing to do and stays all the same. */
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

/** User and system time in hundredths of a second; the name of the program, which may hold blanks, comes before. */
function ticks({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}
