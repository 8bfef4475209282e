// Ends one run of the lab once stdin closes, that is when whoever started it asks for it or is gone by whatever way:
// every process inside the run's namespaces, then the namespaces, then its folder. Started by lab.ts, never by hand.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

const [prefix, folder] = process.argv.slice(2);
if (!prefix || !folder) throw new Error('usage: janitor.ts PREFIX FOLDER');

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
for await (const _ of process.stdin);

// Twice: a script that was building the network may have added a namespace meanwhile.
for (let pass = 0; pass < 2; pass++) {
  const namespaces = lines('ip', ['netns', 'list'])
    .map(line => line.split(' ')[0] ?? '')
    .filter(name => name.startsWith(`${prefix}-`));
  for (const name of namespaces) for (const pid of lines('ip', ['netns', 'pids', name])) kill(Number(pid));
  for (const name of namespaces) lines('ip', ['netns', 'del', name]);
  if (pass === 0) await new Promise(resolve => setTimeout(resolve, 300));
}
rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

function lines(command: string, args: readonly string[]): string[] {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')
      .filter(line => line !== '');
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}
