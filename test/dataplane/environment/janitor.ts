// Removes one run of the environment when stdin closes, which happens on request or when the process that started it
// ends in any way: every process in the run's namespaces, then the namespaces, then its folder. Started by
// environment.ts, never by hand.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

const [prefix, folder] = process.argv.slice(2);
if (!prefix || !folder) throw new Error('usage: janitor.ts PREFIX FOLDER');

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
for await (const _ of process.stdin);

// Twice: a script that builds the network may add a namespace meanwhile.
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
    // The process ended by itself in the meantime.
  }
}
