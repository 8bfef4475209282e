/** After this many bytes of a string its end is searched by native code, which costs as much as some bytes. */
export const JUMP_AFTER_BYTES = 64;
/** Length of `\u0000`, the longest escape. */
const ESCAPE_BYTES = 6;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];

/** Offset of the next quote, escaped or not; the length of the chunk if there is none. */
export function quoteAfter(chunk: Buffer, at: number): number {
  const quote = chunk.indexOf(QUOTE, at);
  return quote < 0 ? chunk.length : quote;
}

/** Where the backslashes before this offset start, a few bytes back at most: the end of a string depends on their number. */
export function startOfBackslashes(chunk: Buffer, end: number): number {
  for (let at = end; at > end - JUMP_AFTER_BYTES; at--) if (chunk[at - 1] !== BACKSLASH) return at;
  return -1;
}

/** Where a string can end: before `end`, if an escape is incomplete there. */
export function endOfCharacter(text: Buffer, end: number): number {
  const last = text.lastIndexOf(BACKSLASH, end - 1);
  if (last < end - ESCAPE_BYTES) return end;
  let first = last;
  while (text[first - 1] === BACKSLASH) first--;
  return (last - first) % 2 === 0 ? last : end;
}
