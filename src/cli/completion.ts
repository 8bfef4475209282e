import { InputError } from '../runtime/errors.ts';
import type { Command, Terminal } from './command.ts';
import { COMPLETION_SCRIPTS } from './completion/scripts.ts';
import { parseFlags } from './flags/flags.ts';

const HELP = `Print a completion script for bash or zsh.

  zonewise completion bash|zsh

kubectl zonewise needs no script: kubectl runs kubectl_complete-zonewise if that is on the PATH.

Examples:
  source <(zonewise completion bash)                        in ~/.bashrc
  zonewise completion zsh > "\${fpath[1]}/_zonewise"         once; then start a new shell
`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { positionals } = parseFlags('completion', args, {});
  const [shell, more] = positionals;
  if ((shell !== 'bash' && shell !== 'zsh') || more !== undefined) {
    throw new InputError('expected completion bash, or completion zsh');
  }
  terminal.out(COMPLETION_SCRIPTS[shell]);
  return 0;
}

export const completion: Command = { name: 'completion', summary: 'print a completion script', help: HELP, run };
