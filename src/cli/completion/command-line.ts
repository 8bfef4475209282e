import type { FlagHelp } from './flag-spec.ts';

/** What may stand where the cursor is. */
export interface Candidates {
  readonly words: readonly { readonly word: string; readonly says?: string }[];
  /** Files that the shell adds itself: none, any, or those with manifests. */
  readonly files?: 'any' | 'manifests';
}

/** The words before the cursor, taken apart. */
export interface CommandLine {
  readonly verb: string;
  /** Values by flag, with dashes; `true` for one without a value. */
  readonly given: ReadonlyMap<string, readonly (string | true)[]>;
  readonly arguments: readonly string[];
  /** The flag whose value is being typed. */
  readonly valueOf: FlagHelp | null;
  /** What has been typed of the word, or of the value behind `--flag=`. */
  readonly typed: string;
}
