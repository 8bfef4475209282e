/** `1 endpoint`, `2 endpoints`. */
export function plural(n: number, noun: string, format: (n: number) => string = String): string {
  return `${format(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** The form that agrees with the number: `one` for 1, else `many`. */
export function pluralForm(n: number, one: string, many: string): string {
  return n === 1 ? one : many;
}
