#!/usr/bin/env node
import type { Terminal } from './cli/command.ts';
import { COMMANDS } from './cli/commands.ts';
import { keepCompiledModules } from './cli/compile-cache.ts';
import { didYouMean } from './model/did-you-mean.ts';
import { printable, safeOutput } from './report/printable.ts';
import { isSingleExecutable } from './runtime/bundled-files.ts';
import { errorMessage, InputError } from './runtime/errors.ts';
import { readTextStream } from './runtime/text-file.ts';

/** Found as in a C library: the first variable that is not empty. */
const locale = process.env['LC_ALL'] || process.env['LC_CTYPE'] || process.env['LANG'] || '';
const isDumb = process.env['TERM'] === 'dumb';

const colour = process.stdout.isTTY === true && !process.env['NO_COLOR'];

const terminal: Terminal = {
  stdin: maxBytes => readTextStream(process.stdin, { name: 'standard input', maxBytes }),
  out: out => process.stdout.write(safeOutput(out, { colour })),
  err: err => process.stderr.write(safeOutput(err, { colour: false })),
  colour,
  screen: process.stderr.isTTY === true && !process.env['CI'] && !isDumb ? process.stderr : undefined,
  columns: process.stdout.isTTY === true ? process.stdout.columns : undefined,
  ascii: isDumb || (process.platform !== 'win32' && !/utf-?8/i.test(locale)),
};

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === '--version' || name === 'version') {
    terminal.out(`zonewise ${(await import('./runtime/version.ts')).VERSION}\n`);
    return 0;
  }
  // Exits without waiting for unfinished work, such as a credential plugin.
  if (name === '__complete') {
    const candidates = await (await import('./cli/completion/complete.ts')).complete(args, COMMANDS);
    process.stdout.write(safeOutput(candidates, { colour: false }), () => process.exit(0));
    return 0;
  }
  const wantsHelp = name === 'help' || name === '--help' || name === '-h';
  const [topic, other] = args;
  if (name === 'help' && topic !== undefined && other !== undefined && !other.startsWith('-'))
    throw new InputError(`help takes one command; ${JSON.stringify(other)} is one too many`);
  if (wantsHelp && topic !== undefined) return main([topic, '--help']);
  if (name === undefined || wantsHelp) {
    terminal.out(await usage());
    return name === undefined ? 2 : 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) {
    const known = Object.keys(COMMANDS);
    const expected = `expected one of ${known.join(', ')}`;
    throw new InputError(`no command is called ${JSON.stringify(name)}; ${expected}${didYouMean(name, known)}`);
  }
  const command = await load();
  // After -- a word is a name, however it looks.
  const flags = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  if (flags.includes('--help') || flags.includes('-h')) {
    terminal.out(command.help);
    return 0;
  }
  return command.run(args, terminal);
}

async function usage(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map(load => load()));
  const lines = commands.map(command => `  ${command.name.padEnd(11)} ${command.summary}\n`).join('');
  return `zonewise reports what a Service's traffic fields do on this cluster.\n\n${lines}
zonewise help COMMAND prints its flags. Exit code: 0 nothing at --fail-on (default deny) or above, 1 something there, 2 unusable input.
`;
}

// A reader that closes the pipe (`zonewise check … | head`) is not an error.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') {
    hasEnded = true;
    process.exit();
  }
  terminal.err(`zonewise: cannot write the output: ${errorMessage(error)}\n`);
  process.exit(2);
});

let hasEnded = false;
process.once('exit', code => {
  // Node stops when nothing is left to wait for. A command that has not ended then has no result, so it has failed.
  if (!hasEnded && code === 0) process.exitCode = 13;
});

if (!isSingleExecutable()) keepCompiledModules(process.env);

/** Resolves when the command has ended. There is no top-level await, as the single executable is CommonJS. */
export const ended: Promise<void> = main(process.argv.slice(2))
  .catch(error => {
    if (!(error instanceof InputError)) throw error;
    terminal.err(`zonewise: ${printable(error.message)}\n`);
    return 2;
  })
  .then(code => {
    hasEnded = true;
    process.exitCode = code;
  });
