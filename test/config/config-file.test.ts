import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ConfigEvent } from '../../src/config/config-file.ts';
import { ConfigWatcher } from '../../src/config/config-file.ts';

const HEAD = 'apiVersion: zonewise.dev/v1alpha1\nkind: Config\n';

let folder = '';
let open: ConfigWatcher | null = null;
let events: ConfigEvent[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zonewise-config-'));
  events = [];
});

afterEach(() => {
  open?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function watching(file: string): ConfigWatcher {
  open = new ConfigWatcher(file, { onEvent: event => events.push(event), pollIntervalMs: 60_000 });
  return open;
}

function write(text: string): string {
  const file = join(folder, 'zonewise.yaml');
  writeFileSync(file, HEAD + text);
  return file;
}

describe('a configuration file', () => {
  test('is read again when it changes', async () => {
    const config = watching(write('names: full\n'));
    write('names: counts-only\n');
    await vi.waitFor(() => expect(config.current().policy.names).toBe('counts-only'), 5_000);
    expect(events.map(event => event.kind)).toEqual(['reloaded']);
  });

  test('keeps its last valid content if the new one is invalid, and reports that once', () => {
    const config = watching(write('names: counts-only\n'));
    write('names: loud\n');
    config.reload();
    config.reload();
    expect(config.current().policy.names).toBe('counts-only');
    expect(events).toMatchObject([{ kind: 'refused', error: { line: 3 } }]);
    write('names: full\n');
    config.reload();
    expect([config.current().policy.names, events.length]).toEqual(['full', 2]);
  });

  test('keeps its last valid content while the file is missing, and reloads it afterwards', () => {
    const file = write('names: counts-only\n');
    const config = watching(file);
    unlinkSync(file);
    config.reload();
    config.reload();
    expect(config.current().policy.names).toBe('counts-only');
    expect(events.map(event => event.kind)).toEqual(['refused']);
    write('names: full\n');
    config.reload();
    expect(config.current().policy.names).toBe('full');
  });

  test('is read again when it returns to the content before a mistake', () => {
    const config = watching(write('names: counts-only\n'));
    write('names: loud\n');
    config.reload();
    write('names: counts-only\n');
    config.reload();
    expect(events.map(event => event.kind)).toEqual(['refused', 'reloaded']);
  });

  test('is watched through the symlinks of a mounted ConfigMap', async () => {
    const publish = (version: string, text: string) => {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, 'zonewise.yaml'), HEAD + text);
      symlinkSync(version, join(folder, '..data_tmp'));
      renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    publish('..1', 'names: full\n');
    symlinkSync(join('..data', 'zonewise.yaml'), join(folder, 'zonewise.yaml'));
    const config = watching(join(folder, 'zonewise.yaml'));
    publish('..2', 'names: counts-only\n');
    await vi.waitFor(() => expect(config.current().policy.names).toBe('counts-only'), 5_000);
  });

  test('that is invalid or missing at the start is an error with its location', () => {
    expect(() => watching(write('names: loud\n'))).toThrow(/zonewise\.yaml:3: names/);
    expect(() => watching(join(folder, 'none.yaml'))).toThrow(
      /the configuration cannot be read: no such file or folder$/,
    );
  });
});
