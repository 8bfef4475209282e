import { loadConfig } from '../config/config.ts';
import { CONFIG_SCHEMA } from '../config/schema.ts';
import { InputError } from '../runtime/errors.ts';
import type { Command, Terminal } from './command.ts';
import { parseFlags } from './flags/flags.ts';

const HELP = `Check a configuration file, or print its JSON Schema.

  zonewise config check FILE
  zonewise config schema

Exit code: 0 the file is valid, 2 it is not; the message has the place and what was expected.

Examples:
  zonewise config check zonewise.yaml
  zonewise config schema > zonewise.schema.json
`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { positionals } = parseFlags('config', args, {});
  const [action, file, ...rest] = positionals;
  if (action === 'schema' && file === undefined) {
    terminal.out(`${JSON.stringify(CONFIG_SCHEMA, null, 2)}\n`);
    return 0;
  }
  if (action !== 'check' || file === undefined || rest.length > 0) {
    throw new InputError('expected config check FILE, or config schema');
  }
  if (file === '-') throw new InputError('config check does not read standard input; expected a file');
  const { policy } = loadConfig(file);
  const rules = Object.keys(policy.rules).length;
  terminal.out(
    `${file} is good: ${rules} rules set, ${policy.overrides.length} overrides, ${policy.defaults.length} defaults\n`,
  );
  return 0;
}

export const config: Command = { name: 'config', summary: 'check a configuration file', help: HELP, run };
