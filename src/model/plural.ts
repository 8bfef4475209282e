/** `1 endpoint`, `2 endpoints`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** The word that goes with one, or with any other number: `agree(n, 'has', 'have')`. */
export function agree(n: number, one: string, many: string): string {
  return n === 1 ? one : many;
}
