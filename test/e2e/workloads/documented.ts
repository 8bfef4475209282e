import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { WorkloadsEnvironment } from './environment.ts';

const PAGE = fileURLToPath(new URL('../../../docs/workloads.md', import.meta.url));
/** What Kubernetes adds to the name of a workload for its Pods. */
const LETTER = '[bcdfghjklmnpqrstvwxz2456789]';
const TEMPLATE = new RegExp(`-${LETTER}{7,10}-(?=${LETTER}{5}\\b)`, 'g');
const SUFFIX = new RegExp(`-${LETTER}{5}\\b`, 'g');

interface Expected {
  /** The content of the file that the command names. */
  readonly file?: object;
  readonly code?: number;
  /** Standard error, then standard output, with sample names of Pods. */
  readonly lines: readonly string[];
}

/** Runs the command line and expects this output, and that docs/workloads.md shows both. */
export async function expectShown(
  lab: WorkloadsEnvironment,
  command: string,
  { file, code = 0, lines }: Expected,
): Promise<void> {
  const args = argsOf(command.replace(/-f \S+/, '-f -'));
  const result = await lab.kubectl(args, file && JSON.stringify(file));
  const output = `${result.stderr}${result.stdout}`
    .replaceAll(TEMPLATE, '-7d4b9c6f5d-')
    .replaceAll(SUFFIX, '-x2k9p')
    .trimEnd();
  expect({ code: result.code, output: output.split('\n') }).toEqual({ code, output: lines });
  expect(documented(), 'docs/workloads.md').toContain([command, ...lines].join('\n'));
}

/** Arguments of a command line without spaces in its quotes. */
export function argsOf(command: string): readonly string[] {
  return command.replaceAll("'", '').split(' ').slice(1);
}

/** Commands with their outputs, of all `console` blocks. */
function documented(): readonly string[] {
  const blocks = [...readFileSync(PAGE, 'utf8').matchAll(/```console\n([\s\S]*?)\n```/g)].map(([, text]) => text ?? '');
  return blocks.flatMap(text => text.split(/^\$ /m)).map(entry => entry.trimEnd());
}
