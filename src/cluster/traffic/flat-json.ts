/** More than a row has columns. */
const MAX_KEYS = 100;

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Why a text is not a JSON list of flat objects, with the row; `null` if this scan finds nothing. It finds what JSON.parse takes
 * too much memory for (nested values, too many rows or keys), and a key that is twice in a row: JSON.parse would keep the last
 * one. It does not find other errors.
 */
export function flatJsonProblem(text: string, maxRows: number): string | null {
  let depth = 0;
  let row = 1;
  let keys = new Set<string>();
  let lastString: readonly [begin: number, end: number] | null = null;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfString(text, at);
        lastString = [at, end];
        at = end;
        break;
      }
      case OPEN_OBJECT:
      case OPEN_LIST:
        depth++;
        if (depth > 2) return `row ${row} has a list or an object as a value`;
        if (depth === 2) keys = new Set();
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        depth--;
        break;
      case COMMA:
        if (depth !== 1) break;
        row++;
        if (row > maxRows) return `more than ${maxRows} rows`;
        break;
      case COLON: {
        const key = lastString && keyText(text.slice(lastString[0], lastString[1] + 1));
        if (depth !== 2 || key === null) break;
        if (keys.has(key)) return `row ${row} has the key ${key.slice(0, 60)} twice`;
        if (keys.size === MAX_KEYS) return `row ${row} has more than ${MAX_KEYS} keys`;
        keys.add(key);
        break;
      }
    }
  }
  return null;
}

/** The index of the closing quote; the length of the text if there is none. */
function endOfString(text: string, begin: number): number {
  for (let at = begin + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at++;
  }
  return text.length;
}

/** The key in quotes, without optional escapes; `null` if it is not valid. */
function keyText(quoted: string): string | null {
  if (!quoted.includes('\\')) return quoted;
  try {
    return JSON.stringify(JSON.parse(quoted));
  } catch {
    return null;
  }
}
