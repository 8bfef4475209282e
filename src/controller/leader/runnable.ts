/** Work that only the leader does, beside other such work. */
export interface LeaderPart {
  /** For the log. */
  readonly name: string;
  /**
   * Works until the signal is aborted, then stops at once and resolves. One that ends before, by an error or not, is
   * logged and started again after a pause: one part's trouble is not another's.
   */
  run(signal: AbortSignal): Promise<void>;
}
