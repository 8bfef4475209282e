import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Command, Terminal } from '../../src/cli/command.ts';
import type { Screen } from '../../src/cli/output/progress.ts';
import { safeOutput } from '../../src/report/printable.ts';

export const ROOT = join(import.meta.dirname, '../..');

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command as main does and records its output, escaped as on a terminal. Throws its InputErrors. */
export async function run(
  verb: Command,
  args: readonly string[],
  input: { readonly stdin?: string; readonly colour?: boolean; readonly screen?: Screen } = {},
): Promise<Ran> {
  const colour = input.colour ?? false;
  let out = '';
  let err = '';
  const terminal: Terminal = {
    stdin: async () => input.stdin ?? '',
    out: text => {
      out += safeOutput(text, { colour });
    },
    err: text => {
      err += safeOutput(text, { colour: false });
    },
    colour,
    screen: input.screen,
  };
  const exit = await verb.run(args, terminal);
  return { exit, out, err };
}

/** A folder with these files, deleted at the end of the test. */
export function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'zonewise-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

/** One file in a new folder. */
export function file(text: string, name = 'web.yaml'): string {
  return join(folder({ [name]: text }), name);
}
