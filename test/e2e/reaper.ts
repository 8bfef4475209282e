// Ends the processes named on stdin (`+pid`, removed by `-pid`) when stdin closes, which happens when the process that
// started them ends in any way. Run by children.ts, never by hand.
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
    // The process ended by itself in the meantime.
  }
}
