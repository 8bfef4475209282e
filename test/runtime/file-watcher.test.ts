import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { fileStamps, watchFiles } from '../../src/runtime/file-watcher.ts';
import { until } from '../support/until.ts';

const HOUR = 3_600_000;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-watcher-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

function watched(onChange: () => void | Promise<void>, options: Parameters<typeof watchFiles>[2]): void {
  const watcher = watchFiles([join(folder, 'file')], onChange, options);
  onTestFinished(() => watcher.stop());
}

test('reports a change by notification', async () => {
  let calls = 0;
  watched(() => void calls++, { pollIntervalMs: HOUR, debounceMs: 1 });
  writeFileSync(join(folder, 'file'), 'text');
  await until('a call', () => calls > 0);
});

test('polls without notifications', async () => {
  let calls = 0;
  watched(() => void calls++, { pollIntervalMs: 1 });
  await until('three calls', () => calls >= 3);
});

test('never overlaps calls and repeats a call that became due during another', async () => {
  let running = 0;
  let calls = 0;
  const release = Promise.withResolvers<void>();
  const onChange = async () => {
    running++;
    expect(running).toBe(1);
    calls++;
    if (calls === 1) await release.promise;
    running--;
  };
  watched(onChange, { pollIntervalMs: 1 });
  await until('the first call', () => calls === 1);
  let polls = 0;
  watched(() => void polls++, { pollIntervalMs: 1 });
  await until('more polls', () => polls >= 3);
  expect(calls).toBe(1);
  release.resolve();
  await until('the next call', () => calls > 1);
});

test('stamps change with every file below a folder', async () => {
  const nested = join(folder, 'nested');
  mkdirSync(nested);
  const empty = await fileStamps([folder]);
  writeFileSync(join(nested, 'file'), 'text');
  const one = await fileStamps([folder]);
  writeFileSync(join(nested, 'file'), 'longer text');
  const longer = await fileStamps([folder]);
  rmSync(nested, { recursive: true });
  expect(new Set([empty, one, longer, await fileStamps([folder])]).size).toBe(4);
  expect(await fileStamps([join(folder, 'none')])).toBe(`${join(folder, 'none')} missing`);
});
