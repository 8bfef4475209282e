#!/usr/bin/env node
import { text } from 'node:stream/consumers';
import type { Terminal, Verb } from './cli/command.ts';
import { keepCompiledModules } from './cli/compile-cache.ts';
import { printable } from './report/printable.ts';
import { didYouMean, InputError, messageOf } from './runtime/errors.ts';

/** Loaded on demand: a check of one file should not pay for the server. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  serve: async () => (await import('./cli/serve.ts')).serve,
  check: async () => (await import('./cli/check.ts')).check,
  explain: async () => (await import('./cli/explain.ts')).explain,
  audit: async () => (await import('./cli/audit.ts')).audit,
  ui: async () => (await import('./cli/ui.ts')).ui,
  snapshot: async () => (await import('./cli/snapshot.ts')).snapshot,
  rules: async () => (await import('./cli/rules.ts')).rules,
  config: async () => (await import('./cli/config.ts')).config,
  controller: async () => (await import('./cli/controller.ts')).controller,
  demo: async () => (await import('./cli/demo.ts')).demo,
  completion: async () => (await import('./cli/completion.ts')).completion,
};

/** As a C library finds it: the first that is not empty. */
const locale = process.env['LC_ALL'] || process.env['LC_CTYPE'] || process.env['LANG'] || '';
const isDumb = process.env['TERM'] === 'dumb';

const terminal: Terminal = {
  stdin: () => text(process.stdin),
  out: out => process.stdout.write(out),
  err: err => process.stderr.write(err),
  colour: process.stdout.isTTY === true && !process.env['NO_COLOR'],
  screen: process.stderr.isTTY === true && !process.env['CI'] && !isDumb ? process.stderr : undefined,
  columns: process.stdout.isTTY === true ? process.stdout.columns : undefined,
  ascii: isDumb || (process.platform !== 'win32' && !/utf-?8/i.test(locale)),
};

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === '--version' || name === 'version') {
    terminal.out(`zonewise ${(await import('./runtime/version.ts')).VERSION}\n`);
    return 0;
  }
  // What is under way when the choices are there, such as a credential plugin, is not waited for.
  if (name === '__complete') {
    const choices = await (await import('./cli/completion/complete.ts')).complete(args, VERBS);
    process.stdout.write(choices, () => process.exit(0));
    return 0;
  }
  const asksHelp = name === 'help' || name === '--help' || name === '-h';
  const [about] = args;
  if (asksHelp && about !== undefined) return main([about, '--help']);
  if (name === undefined || asksHelp) {
    terminal.out(await usage());
    return name === undefined ? 2 : 0;
  }
  const load = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (!load) {
    const known = Object.keys(VERBS);
    const expected = `expected one of ${known.join(', ')}`;
    throw new InputError(`no verb is called ${JSON.stringify(name)}; ${expected}${didYouMean(name, known)}`);
  }
  const verb = await load();
  if (args.includes('--help') || args.includes('-h')) {
    terminal.out(verb.help);
    return 0;
  }
  return verb.run(args, terminal);
}

async function usage(): Promise<string> {
  const verbs = await Promise.all(Object.values(VERBS).map(load => load()));
  const lines = verbs.map(verb => `  ${verb.name.padEnd(11)} ${verb.summary}\n`).join('');
  return `zonewise tells what a Service's traffic fields will do on this cluster.\n\n${lines}
zonewise help VERB says more. Exit code: 0 nothing at --fail-on (default deny) or above, 1 something there, 2 unusable input.
`;
}

// A reader that has seen enough (`zonewise check … | head`) is no fault.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit();
  terminal.err(`zonewise: cannot write the output: ${messageOf(error)}\n`);
  process.exit(2);
});

keepCompiledModules(process.env);
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  terminal.err(`zonewise: ${printable(error.message)}\n`);
  process.exitCode = 2;
}
