import { setTimeout as pause } from 'node:timers/promises';
import type { MeasuredProcess } from './measured-process.ts';

/** The highest resident set size over some seconds in which nobody asks anything of the process, in MiB. */
export async function settledRss(process: MeasuredProcess, seconds: number): Promise<number> {
  let most = 0;
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    most = Math.max(most, process.rss());
    await pause(200);
  }
  return most;
}
