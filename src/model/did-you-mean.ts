/** `; did you mean X?`, or `''` if no known word is close. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = closestMatch(word, known);
  return near === null ? '' : `; did you mean ${near}?`;
}

/** Longer words are not compared, because that takes the product of the lengths. */
const MAX_WORD_LENGTH = 100;

/** The known word closest to `word`; `null` if none is close. */
export function closestMatch(word: string, known: readonly string[]): string | null {
  if (word.length > MAX_WORD_LENGTH) return null;
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

/** The Levenshtein distance: how many characters to insert, delete or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
