import { DATA_PLANE_NAMES, parseStatement, type StatedDataPlane } from '../model/data-plane-text.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import { InputError } from '../runtime/errors.ts';

/** The data planes that texts state; `auto` states none. `source` names the flag or the field. Throws InputError. */
export function statedDataPlanes(
  texts: readonly string[],
  source: string,
  place: { readonly file?: string; readonly line?: number } = {},
): readonly StatedDataPlane[] {
  const given = texts.filter(text => text.trim() !== 'auto');
  const statements = given.map(text => {
    const statement = parseStatement(text);
    if (!('problem' in statement)) return statement;
    const name = /^[^@,\s]*/.exec(text.trim())?.[0] ?? '';
    const hint = DATA_PLANE_NAMES.includes(name) ? '' : didYouMean(name, DATA_PLANE_NAMES);
    throw new InputError(`${source} ${JSON.stringify(text)} is not known; ${statement.problem}${hint}`, place);
  });
  const [first, second] = given.filter((_, i) => statements[i]?.nodes === null);
  if (first === undefined || second === undefined) return statements;
  throw new InputError(
    `${source} ${JSON.stringify(first)} and ${JSON.stringify(second)} are both for all nodes; expected one without "on LABELS"`,
    place,
  );
}
