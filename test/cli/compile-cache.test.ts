import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isPrivateFolder } from '../../src/cli/compile-cache.ts';

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zonewise-cache-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const permissions = (path: string) => statSync(path).mode & 0o777;

test('the folder of compiled modules is created for the user only', () => {
  const folder = join(emptyFolder(), 'zonewise', 'compiled');
  expect(isPrivateFolder(folder)).toBe(true);
  expect(permissions(folder)).toBe(0o700);
});

test('permissions of others are removed from an existing one', () => {
  const folder = join(emptyFolder(), 'compiled');
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  expect(isPrivateFolder(folder)).toBe(true);
  expect(permissions(folder)).toBe(0o700);
});

test('a link, a file, and a folder that cannot be created are not used', () => {
  const parent = emptyFolder();
  symlinkSync(emptyFolder(), join(parent, 'link'));
  writeFileSync(join(parent, 'file'), '');
  expect(['link', 'file', 'file/compiled'].map(name => isPrivateFolder(join(parent, name)))).toEqual([
    false,
    false,
    false,
  ]);
  expect(readdirSync(parent).sort()).toEqual(['file', 'link']);
});
