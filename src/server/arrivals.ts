/**
 * Tells since when a request that is being read now may have been waiting. The event loop takes what many connections have
 * sent in one go and works it off one by one: the last of two hundred has waited for all others, and nothing but the
 * beginning of that go tells so. Milliseconds of `now`.
 */
export function arrivals(now: () => number): () => number {
  let since: number | null = null;
  return () => {
    if (since === null) {
      since = now();
      setImmediate(() => {
        since = null;
      });
    }
    return since;
  };
}
