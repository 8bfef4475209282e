import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { errorMessage, errorMessageWithCause, errorReason, InputError } from '../../src/runtime/errors.ts';
import { readTextFile } from '../../src/runtime/text-file.ts';

function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'zonewise-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('errorMessage', () => {
  test.each([
    ['a missing file', '/no/web.yaml', '/no/web.yaml: no such file or folder'],
    ['a file in a file', '/dev/null/x', '/dev/null/x: a part of the path is a file, not a folder'],
    ['a long name', `/${'x'.repeat(300)}`, `/${'x'.repeat(300)}: the name is too long`],
  ])('says in words why %s cannot be read', (_what, path, message) => {
    expect(errorMessage(thrownBy(() => readFileSync(path)))).toBe(message);
  });

  test('says it of a folder, and of symbolic links that form a loop', () => {
    const folder = temporaryFolder();
    symlinkSync('loop', join(folder, 'loop'));
    expect(errorMessage(thrownBy(() => readFileSync(folder)))).toBe('it is a folder, not a file');
    expect(errorReason(thrownBy(() => readdirSync(join(folder, 'loop'))))).toBe('its symbolic links form a loop');
  });

  test('names the address of a port that is taken', async () => {
    const first = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void first.close());
    await new Promise(resolve => first.once('listening', resolve));
    const { port } = first.address() as { port: number };
    const error = await new Promise(resolve => createServer().once('error', resolve).listen(port, '127.0.0.1'));
    expect(errorMessage(error)).toBe(`127.0.0.1:${port}: another process listens on this port`);
  });

  test('is one line, however the error is written', () => {
    expect(errorMessage(new Error('first:\n\n   second\r\n  third\n'))).toBe('first: second third');
    expect(errorMessage('a\nb')).toBe('a b');
  });

  test('keeps codes that it does not know', () => {
    expect(errorMessage(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))).toBe('read ECONNRESET');
    expect(errorMessage(Object.assign(new Error('odd'), { code: 'constructor' }))).toBe('odd');
  });

  test('with its cause, each once', () => {
    const cause = new Error('connect ECONNREFUSED 127.0.0.1:1');
    expect(errorMessageWithCause(new Error('fetch failed', { cause }))).toBe(`fetch failed: ${cause.message}`);
    expect(errorMessageWithCause(new Error(`no: ${cause.message}`, { cause }))).toBe(`no: ${cause.message}`);
  });
});

describe('readTextFile', () => {
  test('rejects what is not a file, and names what was expected', () => {
    const folder = temporaryFolder();
    expect(thrownBy(() => readTextFile(folder))).toMatchObject({
      problem: 'is a folder; expected a file',
      file: folder,
    });
    expect(errorMessage(thrownBy(() => readTextFile('/dev/zero', { what: 'the configuration' })))).toBe(
      '/dev/zero: the configuration is a device; expected a file',
    );
  });

  test('rejects a URL with advice', () => {
    expect(thrownBy(() => readTextFile('https://example.com/web.yaml'))).toBeInstanceOf(InputError);
    expect(errorMessage(thrownBy(() => readTextFile('https://example.com/web.yaml')))).toBe(
      'https://example.com/web.yaml: cannot be read: no such file or folder; download it first, only files are read',
    );
  });

  test('reads no more than the limit from a file or a pipe', () => {
    const path = join(temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [path]);
    const fd = openSync(path, constants.O_RDWR);
    try {
      writeSync(fd, 'abcd');
      const problem = 'has more than 3 bytes';
      expect(thrownBy(() => readTextFile(`/dev/fd/${fd}`, { maxBytes: 3 }))).toMatchObject({ problem });
      const file = join(temporaryFolder(), 'a');
      writeFileSync(file, 'abcd');
      expect(thrownBy(() => readTextFile(file, { maxBytes: 3 }))).toMatchObject({ problem });
    } finally {
      closeSync(fd);
    }
  });

  test('reads UTF-8 and UTF-16, and rejects other bytes', () => {
    const path = join(temporaryFolder(), 'a');
    writeFileSync(path, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('zü', 'utf16le')]));
    expect(readTextFile(path)).toBe('zü');
    writeFileSync(path, 'zü');
    expect(readTextFile(path)).toBe('zü');
    writeFileSync(path, Buffer.from([0x6b, 0xff]));
    expect(thrownBy(() => readTextFile(path))).toMatchObject({ message: `${path}: is not UTF-8 text` });
  });
});
