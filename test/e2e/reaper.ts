// Ends the processes named on stdin (`+pid`, taken back by `-pid`) once stdin closes, that is when the process that
// started them has gone by whatever way. Run by children.ts, never by hand.
import { createInterface } from 'node:readline';

const living = new Set<number>();

for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) living.add(pid);
  else living.delete(pid);
}

for (const pid of living) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}
