import type { Terminal } from '../cli/command.ts';
import type { Policy } from '../engine/policy.ts';
import { DEFAULT_POLICY } from '../engine/policy.ts';
import { printable } from '../report/printable.ts';
import { ConfigFile } from './config-file.ts';

/** The policy in use; the last good one where the file has become unusable. */
export interface PolicySource {
  current(): Policy;
  stop(): void;
}

/** Follows --config; without it everything is as by default. Throws InputError where the first reading fails. */
export function openPolicy(file: string | undefined, terminal: Terminal): PolicySource {
  if (file === undefined) return { current: () => DEFAULT_POLICY, stop: () => {} };
  const config = new ConfigFile(file, {
    onEvent(event) {
      if (event.kind === 'refused') terminal.err(`zonewise: ${printable(event.error.message)}\n`);
    },
  });
  return { current: () => config.current().policy, stop: () => config.stop() };
}
