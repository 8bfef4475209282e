import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

const MODULE = new URL('../../src/runtime/stop-signals.ts', import.meta.url).href;
const WAITING = `
const { stopSignal, waitForStopSignal } = await import(${JSON.stringify(MODULE)});
const log = { warn: (fields, message) => console.log(message, fields.signal) };
setInterval(() => {}, 1000);
const by = process.argv[1];
if (by === 'signal') stopSignal(log).addEventListener('abort', event => console.log('stopping', event.target.reason));
else waitForStopSignal(log).then(signal => console.log('stopping', signal));
console.log('ready');
`;

test.each([
  ['signal', 'SIGINT', 130],
  ['signal', 'SIGTERM', 143],
  ['promise', 'SIGTERM', 143],
] as const)('a second signal ends a process that is slow to stop: %s, %s', async (by, signal, code) => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', WAITING, by], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (lines.length <= 2) child.kill(signal);
  }
  if (child.exitCode === null) await once(child, 'exit');
  expect(lines).toEqual(['ready', `stopping ${signal}`, `ended immediately by a second signal ${signal}`]);
  expect(child.exitCode).toBe(code);
});
