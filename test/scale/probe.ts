// Loaded into a process under measurement with --import: samples how late its event loop is, and tells it to the process
// that started it over the channel of child_process. Holds nothing open but where ZONEWISE_PROBE=idle: that process
// is the control.
import { subscribe } from 'node:diagnostics_channel';
import { setTimeout } from 'node:timers';
import type { Delays, DelayWindow, ProbeMessage } from './delays.ts';
import { summarise } from './delays.ts';

const EVERY_MS = 1;
/** The last two minutes, in memory that never grows. */
const KEPT = 120_000;

const at = new Float64Array(KEPT);
const late = new Float64Array(KEPT);
let samples = 0;
let due = clock() + EVERY_MS;

function clock(): number {
  return performance.timeOrigin + performance.now();
}

function sample(): void {
  const now = clock();
  at[samples % KEPT] = now;
  late[samples % KEPT] = Math.max(0, now - due);
  samples++;
  due = now + EVERY_MS;
  const timer = setTimeout(sample, EVERY_MS);
  if (process.env.ZONEWISE_PROBE !== 'idle') timer.unref();
}

/** Of stalls at the edges of a window what lies inside it. */
function delaysIn(windows: readonly DelayWindow[]): Delays {
  const inside: number[] = [];
  for (let index = Math.max(0, samples - KEPT); index < samples; index++) {
    const end = at[index % KEPT] ?? 0;
    const begin = end - (late[index % KEPT] ?? 0);
    const window = windows.find(({ from, to }) => end > from && begin < to);
    if (window) inside.push(Math.max(0, Math.min(end, window.to) - Math.max(begin, window.from)));
  }
  return summarise(inside);
}

function tell(message: ProbeMessage): void {
  process.send?.(message);
}

let answered = false;
// Published by undici: the first answer of the API server. What comes before is loading of code.
subscribe('undici:request:headers', () => {
  if (!answered) tell({ mark: 'answered', at: clock() });
  answered = true;
});
process.on('message', (windows: readonly DelayWindow[]) => tell({ delays: delaysIn(windows) }));
process.channel?.unref();
sample();
