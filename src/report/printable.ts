/** Characters that move the cursor, change colours or reverse text, and line breaks. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Untrusted text as one line without terminal effects: other characters are escaped as `\u001b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
