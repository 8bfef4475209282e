import type { Advice, Advised } from '../../engine/advice/advice.ts';
import type { DataPlanes } from '../../model/data-plane.ts';
import { formatVersion, type KubernetesVersion } from '../../model/version.ts';
import type { InputError } from '../../runtime/errors.ts';
import { dataPlanesJson, explainedDataPlanesLine } from '../data-planes.ts';
import { errorJson } from '../json.ts';
import { indentedJson, jsonList } from '../json-pieces.ts';
import { kubernetesLine } from '../kubernetes-version.ts';
import { type TrafficOfRun, trafficJson, trafficLines } from '../measured-traffic.ts';
import { printable } from '../printable.ts';
import { adviceJson } from './json.ts';
import { patchCommand, servicePatch } from './patches.ts';
import { type AdviceStyle, adviceText } from './text.ts';

/** All that `advise` prints. */
export interface AdviceReport {
  readonly dataPlanes: DataPlanes;
  readonly version: KubernetesVersion;
  readonly versionFrom: Parameters<typeof kubernetesLine>[1];
  /** `null` without measured traffic. */
  readonly traffic: TrafficOfRun | null;
  /** Read once, one Service at a time: each is printed before the next is advised. */
  readonly advice: Iterable<Advice>;
  readonly errors: readonly InputError[];
}

/** `advise -o json` in pieces, as the whole can be longer than one string may be. The field names are a contract. */
export function* adviceReportJson(report: AdviceReport, style: AdviceStyle): Generator<string> {
  const { dataPlanes, version, versionFrom, traffic, advice, errors } = report;
  yield `{\n  "dataPlanes": ${indentedJson(dataPlanesJson(dataPlanes), '  ')}`;
  yield `,\n  "kubernetes": ${indentedJson({ version: formatVersion(version), from: versionFrom }, '  ')}`;
  if (traffic) yield `,\n  "traffic": ${indentedJson(trafficJson(traffic), '  ')}`;
  yield ',\n  "services": ';
  yield* jsonList(advice, one => adviceJson(one, style));
  yield ',\n  "errors": ';
  yield* jsonList(errors, errorJson);
  yield '\n}\n';
}

/** `advise -o text` in pieces. */
export function* adviceReportText(report: AdviceReport, style: AdviceStyle): Generator<string> {
  const { dataPlanes, version, versionFrom, traffic, advice } = report;
  yield `${printable(explainedDataPlanesLine(dataPlanes))}\n${kubernetesLine(version, versionFrom)}\n`;
  if (traffic)
    yield trafficLines(traffic)
      .map(line => `${line}\n`)
      .join('');
  let separator = '';
  for (const one of advice) {
    yield `${separator}${adviceText(one, style)}`;
    separator = '\n';
  }
}

/** `advise -o patch` in pieces: commands for a shell, and comments. */
export function* adviceReportPatches({ traffic, advice }: AdviceReport): Generator<string> {
  if (traffic)
    yield trafficLines(traffic)
      .map(line => `# ${line}\n`)
      .join('');
  for (const one of advice) if (one.kind === 'change') yield commentedPatch(one);
}

/** A shell reads the assumptions as comments. */
function commentedPatch({ service, edits, assumed }: Advised): string {
  const comments = assumed.map(note => `# assumed for ${service.namespace}/${service.name}: ${printable(note)}\n`);
  return `${comments.join('')}${patchCommand(servicePatch(service, edits))}\n`;
}
