/** Work that only the leader runs. */
export interface LeaderPart {
  /** Name for the log. */
  readonly name: string;
  /**
   * Works until the signal is aborted, then stops immediately and resolves. A runnable that returns or throws early is
   * logged and restarted after a delay; the others keep running.
   */
  run(signal: AbortSignal): Promise<void>;
}
