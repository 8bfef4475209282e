/** The items of a list that is a field of the outermost object, piece by piece. Items are read as they are printed. */
export function* jsonList<T>(items: Iterable<T>, toJson: (item: T) => object): Generator<string> {
  let isEmpty = true;
  for (const item of items) {
    yield `${isEmpty ? '[\n' : ',\n'}    ${indentedJson(toJson(item), '    ')}`;
    isEmpty = false;
  }
  yield isEmpty ? '[]' : '\n  ]';
}

/** `by`: white space before each line but the first. */
export function indentedJson(value: object, by: string): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${by}`);
}
