const ENOUGH = 8 * 1024;
const LONGEST_MILLIS = 100;

/**
 * Lines on their way out, handed on in pieces of some size or after a moment. (pino's own destination can gather too, but
 * measures all that it has gathered anew with every line.)
 */
export class GatheredLines {
  readonly #out: (text: string) => void;
  #text = '';
  #timer: NodeJS.Timeout | null = null;

  constructor(out: (text: string) => void) {
    this.#out = out;
  }

  write(line: string): void {
    this.#text += line;
    if (this.#text.length >= ENOUGH) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), LONGEST_MILLIS);
  }

  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const text = this.#text;
    this.#text = '';
    if (text !== '') this.#out(text);
  }
}
