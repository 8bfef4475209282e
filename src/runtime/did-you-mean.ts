import { distance } from 'fastest-levenshtein';

/** `; did you mean X?`, or `''` if no known word is close. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = closestMatch(word, known);
  return near === null ? '' : `; did you mean ${near}?`;
}

/** The known word closest to `word`; `null` if none is close. */
export function closestMatch(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  // Any two words of two letters have at most distance 2, so short words need a smaller limit.
  let least = Math.min(word.length, Math.floor(Math.max(2, word.length / 3)) + 1);
  for (const candidate of known) {
    const far = distance(word, candidate);
    if (far >= least) continue;
    least = far;
    best = candidate;
  }
  return best;
}
