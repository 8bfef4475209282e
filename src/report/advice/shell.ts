/** The text as one word of any POSIX shell. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9._/=@,:-]+$/.test(text) ? text : quoted(text);
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
