/** Resolves as soon as the condition holds; fails after 10 s, far above the time of a passing test. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`timed out: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 2));
  }
}
