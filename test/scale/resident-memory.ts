import { setTimeout as pause } from 'node:timers/promises';
import type { MeasuredProcess } from './measured-process.ts';

/** The peak resident set size over some seconds without requests, in MiB. */
export async function stableRss(process: MeasuredProcess, seconds: number): Promise<number> {
  let most = 0;
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    most = Math.max(most, process.rss());
    await pause(200);
  }
  return most;
}
