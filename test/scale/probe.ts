// Preloaded into a measured process with --import: samples the delay of its event loop and reports it to the parent
// process over the channel of child_process. It keeps the process running only with ZONEWISE_PROBE=idle, as the
// control.
import { subscribe } from 'node:diagnostics_channel';
import { setTimeout } from 'node:timers';
import type { Delays, DelayWindow, ProbeMessage } from './delays.ts';
import { summarise } from './delays.ts';

const EVERY_MS = 1;
/** The last two minutes, in a buffer of fixed size. */
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

/** For stalls at the edges of a window, only the part inside it. */
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

function send(message: ProbeMessage): void {
  process.send?.(message);
}

let answered = false;
// Published by undici at the first answer of the API server; before it the process loads code.
subscribe('undici:request:headers', () => {
  if (!answered) send({ mark: 'answered', at: clock() });
  answered = true;
});
process.on('message', (windows: readonly DelayWindow[]) => send({ delays: delaysIn(windows) }));
process.channel?.unref();
sample();
