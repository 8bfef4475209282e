/** Starts a block scalar, whose lines are text. */
const BLOCK_SCALAR = /(?:^|[\s:-])[|>][-+\d]*\s*(?:#.*)?$/;

/**
 * Indents the following lines of quoted texts, `[...]` and `{...}`: YAML 1.2 wants them deeper than their key, which
 * kubectl does not. Values and line numbers stay the same.
 */
export function indentContinuations(text: string): string {
  let state: Continuation = { quote: '', depth: 0 };
  let padding = '';
  let blockIndent = -1;
  const lines = text.split('\n').map(line => {
    const indent = line.length - line.trimStart().length;
    if (blockIndent >= 0 && (indent > blockIndent || line.trim() === '')) return line;
    blockIndent = -1;
    const isContinued = state.quote !== '' || state.depth > 0;
    state = scanLine(line, state);
    const continues = state.quote !== '' || state.depth > 0;
    if (isContinued) return padding + line;
    if (continues) padding = ' '.repeat(line.length + 1);
    else if (BLOCK_SCALAR.test(line)) blockIndent = indent;
    return line;
  });
  return lines.join('\n');
}

/** The constructs open at the end of a line: a quoted text, brackets. */
interface Continuation {
  readonly quote: '' | '"' | "'";
  readonly depth: number;
}

function scanLine(line: string, { quote, depth }: Continuation): Continuation {
  for (let i = 0; i < line.length; i++) {
    const char = line[i];
    if (quote !== '') {
      if (char === '\\' && quote === '"') i++;
      else if (char === quote) quote = '';
      continue;
    }
    const startsToken = i === 0 || /[\s,[{:]/.test(line[i - 1] ?? '');
    if (char === '#' && startsToken) break;
    if ((char === '"' || char === "'") && startsToken) quote = char;
    else if (char === '[' || char === '{') depth += depth > 0 || startsToken ? 1 : 0;
    else if ((char === ']' || char === '}') && depth > 0) depth--;
  }
  return { quote, depth };
}
