/** True for a text without blanks, quotes and invisible characters. */
export function isPlain(text: string): boolean {
  return /^[\w.,:;/@%+=~*!()[\]-]+$/.test(text);
}

/** A word of the command line in a message: as it is if it is plain, else quoted as in JSON. */
export function quoted(text: string): string {
  return isPlain(text) ? text : JSON.stringify(text);
}
