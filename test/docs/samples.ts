import { parseAllDocuments } from 'yaml';
import { asList, asObject, type RawObject } from '../../src/model/raw.ts';
import { blocks, read } from './pages.ts';

export const GITOPS = 'docs/gitops.md';

/** The objects in the YAML blocks of a page, in order. */
export function objectsOf(page: string): readonly RawObject[] {
  return blocks(read(page), 'yaml').flatMap(block => parseAllDocuments(block).map(doc => asObject(doc.toJS())));
}

/** The values for the chart of zonewise in the samples of docs/gitops.md, by kind. */
export function chartValues(): Readonly<Record<string, RawObject>> {
  const values = objectsOf(GITOPS).flatMap(({ kind, metadata, spec }): [string, RawObject][] => {
    if (asObject(metadata).name !== 'zonewise') return [];
    const { source, values: ofRelease } = asObject(spec);
    const given = ofRelease ?? asObject(asObject(source).helm).valuesObject;
    return given === undefined ? [] : [[String(kind), asObject(given)]];
  });
  return Object.fromEntries(values);
}

/** JSON pointers that a sample ignores on Services. */
export function ignoredPointers(name: string, kind: string): readonly string[] {
  const sample = objectsOf(GITOPS).find(object => object.kind === kind && asObject(object.metadata).name === name);
  const spec = asObject(sample?.spec);
  const rules = [...asList(spec['ignoreDifferences']), ...asList(asObject(spec['driftDetection']).ignore)].map(
    asObject,
  );
  return rules
    .filter(rule => (rule['kind'] ?? asObject(rule['target']).kind) === 'Service')
    .flatMap(rule => asList(rule['jsonPointers'] ?? rule['paths']).map(String));
}
