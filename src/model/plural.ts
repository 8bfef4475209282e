/** `1 endpoint`, `2 endpoints`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** The form that agrees with the number: `one` for 1, else `many`. */
export function agree(n: number, one: string, many: string): string {
  return n === 1 ? one : many;
}
