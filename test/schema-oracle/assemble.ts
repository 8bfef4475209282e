/*
 * Puts the cases and the oracle's answers into one fixture: assemble.ts CASES OUT MINOR=VERSION=ANSWERS…
 * { versions: { "28": "v1.28.15" }, cases: [{ service, old? }], outcomes: [[[field, message]…]…],
 *   answers: { "28": [index into outcomes, one per case; -1 if the case does not cover this version] } }
 * Only errors of the traffic fields are kept, and of decoding the first error of any field.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

type RejectedField = readonly [field: string, message: string];

const TRAFFIC_FIELD = new RegExp(
  [
    '^spec\\.(internal|external)TrafficPolicy$',
    '^spec\\.trafficDistribution$',
    '^spec\\.healthCheckNodePort$',
    '^spec\\.sessionAffinity(Config.*)?$',
    '^spec\\.publishNotReadyAddresses$',
    '^(spec\\.)?allocateLoadBalancerNodePorts$',
    '^spec\\.type$',
    '^metadata\\.annotations',
    '^\\(decoding\\)$',
  ].join('|'),
);

const [casesFile = '', out = '', ...answerFiles] = process.argv.slice(2);
const cases: readonly unknown[] = JSON.parse(readFileSync(casesFile, 'utf8'));
const outcomes: string[] = [];
const outcomeIndex = new Map<string, number>();
const versions: Record<string, string> = {};
const answers: Record<string, readonly number[]> = {};

for (const argument of answerFiles) {
  const [minor = '', version = '', file = ''] = argument.split('=');
  const results: readonly (readonly RejectedField[] | null)[] = JSON.parse(readFileSync(file, 'utf8'));
  if (results.length !== cases.length) throw new Error(`${file}: ${results.length} answers to ${cases.length} cases`);
  versions[minor] = version;
  answers[minor] = results.map(rejected => (rejected === null ? -1 : intern(rejected)));
}

function intern(rejected: readonly RejectedField[]): number {
  const kept = rejected.filter(([field]) => TRAFFIC_FIELD.test(field));
  const key = JSON.stringify(kept.toSorted());
  let index = outcomeIndex.get(key);
  if (index === undefined) {
    index = outcomes.push(key) - 1;
    outcomeIndex.set(key, index);
  }
  return index;
}

const fixture = { versions, cases, outcomes: outcomes.map(outcome => JSON.parse(outcome)), answers };
writeFileSync(out, gzipSync(JSON.stringify(fixture), { level: 9 }));
