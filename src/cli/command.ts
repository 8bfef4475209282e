import type { Screen } from './output/progress.ts';

/** Where a command reads and writes. Tests inject their own. */
export interface Terminal {
  /** Standard input to its end. Throws InputError if it has more than `maxBytes`, by default as for a file. */
  readonly stdin: (maxBytes?: number) => Promise<string>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Colours on standard output. */
  readonly colour: boolean;
  /** Where progress is drawn; absent if standard error is not a terminal. */
  readonly screen?: Screen | undefined;
  /** Width of standard output; absent if it is not a terminal. */
  readonly columns?: number | undefined;
  /** Restricts diagrams to ASCII. */
  readonly ascii?: boolean | undefined;
}

export type ValueKind =
  | ('file' | 'manifests' | 'context' | 'namespace' | 'version' | 'data-plane' | 'edit' | 'port')
  | ('scale' | 'workload' | 'node' | 'zone' | 'address' | 'number' | 'selector' | 'text');

/** A flag. Argument parsing, `--help`, shell completion and docs/commands.md are derived from it. */
export interface Flag {
  /** The kind of the value, or the allowed values. A flag without it is on or off. */
  readonly value?: ValueKind | readonly string[];
  /** Stands for the value in the help, instead of the placeholder of its kind. */
  readonly placeholder?: string;
  readonly short?: string;
  readonly multiple?: true;
  readonly default?: string;
  readonly description: string;
  /** Neither documented nor completed. */
  readonly hidden?: true;
}

/** Flags by name without dashes, in the order of the help. */
export type Flags = Readonly<Record<string, Flag>>;

/** A command. `run` returns the exit code and throws InputError for unusable input. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The output of `zonewise COMMAND --help`. */
  readonly help: string;
  readonly flags?: Flags;
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/** Loaders of commands by name. */
export type Commands = Readonly<Record<string, () => Promise<Command>>>;
