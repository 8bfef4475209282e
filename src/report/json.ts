import type { Finding } from '../model/finding.ts';
import type { InputError } from '../runtime/errors.ts';
import { dataPlanesJson } from './data-planes.ts';
import { indentedJson, jsonList } from './json-pieces.ts';
import { type CheckResult, type LocatedFinding, summarize } from './result.ts';

/** Names of nodes that one finding lists. `nodeCount` has their number if there are more. */
const MAX_NODES_LISTED = 500;

/** A finding of `-o json` and `GET /findings`. The field names are a contract. */
export function findingJson(finding: Finding & Partial<Pick<LocatedFinding, 'file' | 'line'>>): object {
  const { nodes } = finding;
  return {
    rule: finding.rule,
    level: finding.level,
    message: finding.message,
    object: finding.object,
    path: finding.path,
    file: finding.file ?? null,
    line: finding.line ?? null,
    nodes: nodes.slice(0, MAX_NODES_LISTED),
    ...(nodes.length > MAX_NODES_LISTED ? { nodeCount: nodes.length } : {}),
    zones: finding.zones,
    fix: finding.fix,
    introduced: finding.introduced,
    ...(finding.url !== null && { url: finding.url }),
    evidence: finding.evidence,
  };
}

/** A part of the input that cannot be used, in `errors` of `-o json`. The field names are a contract. */
export function errorJson({ file, line, problem }: InputError): object {
  return { file, line, message: problem };
}

/** `check -o json` in pieces: ten thousand findings that list their nodes exceed the length of one string. */
export function* renderJson(
  { findings, skipped, dataPlanes, errors }: CheckResult,
  advice: Iterable<object> | null = null,
): Generator<string> {
  yield '{\n  "findings": ';
  yield* jsonList(findings, findingJson);
  yield ',\n  "skipped": ';
  yield* jsonList(skipped, ({ rule, object, why, reason }) => ({ rule, object, why, ...(reason && { reason }) }));
  if (dataPlanes) yield `,\n  "dataPlanes": ${indentedJson(dataPlanesJson(dataPlanes), '  ')}`;
  if (advice) {
    yield ',\n  "advice": ';
    yield* jsonList(advice, one => one);
  }
  yield ',\n  "errors": ';
  yield* jsonList(errors, errorJson);
  yield `,\n  "summary": ${indentedJson(summarize(findings), '  ')}\n}\n`;
}
