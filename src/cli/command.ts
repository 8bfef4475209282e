import type { Screen } from './output/progress.ts';

/** Where a verb reads and writes; tests hand in their own. */
export interface Terminal {
  readonly stdin: () => Promise<string>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Colours on standard output. */
  readonly colour: boolean;
  /** Where progress is drawn; absent where standard error is no terminal. */
  readonly screen?: Screen | undefined;
  /** Width of standard output; absent where it is no terminal. */
  readonly columns?: number | undefined;
  /** True where only ASCII may be drawn. */
  readonly ascii?: boolean | undefined;
}

/** One verb of the command line. `run` returns the exit code; unusable input is an InputError. */
export interface Verb {
  readonly name: string;
  /** One line for the list of verbs. */
  readonly summary: string;
  /** The whole of `zonewise VERB --help`. */
  readonly help: string;
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}
