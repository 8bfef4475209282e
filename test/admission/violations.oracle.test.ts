import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { trafficFieldViolations } from '../../src/admission/violations.ts';
import type { Violation } from '../../src/model/change.ts';

/*
 * Every case of test/schema-oracle, compared with the results of the API server's code in each version. If the decoder
 * rejects a Service, upstream reports only the first field, with another text.
 */

type RejectedField = readonly [field: string, message: string];
interface Fixture {
  readonly versions: Readonly<Record<string, string>>;
  readonly cases: readonly { readonly service: unknown; readonly old?: unknown }[];
  readonly outcomes: readonly (readonly RejectedField[])[];
  readonly answers: Readonly<Record<string, readonly number[]>>;
}

const file = new URL('../schema-oracle/fixtures/traffic-fields.json.gz', import.meta.url);
const fixture: Fixture = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'));

function upstreamFields(rejected: readonly RejectedField[]): readonly string[] {
  return unique(rejected.map(([field, message]) => (field === '(decoding)' ? decodedField(message) : field)));
}

/** `json: cannot unmarshal number into Go struct field ServiceSpec.spec.type of type v1.ServiceType` → `spec.type` */
function decodedField(message: string): string {
  return /Go struct field \w+\.(\S+) of type/.exec(message)?.[1] ?? message;
}

function ourFields(violations: readonly Violation[], undecodable: boolean): readonly string[] {
  // The decoder names a map or a list, not the key or the index in it.
  return unique(violations.map(({ path }) => (undecodable ? path.replace(/\[.*\]$/, '') : path)));
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

/** One line per case of this version in which zonewise and upstream differ. */
function differences(
  minor: string,
  compare: (ours: readonly Violation[], theirs: readonly RejectedField[]) => unknown,
) {
  const found: unknown[] = [];
  for (const [index, { service, old }] of fixture.cases.entries()) {
    const theirs = fixture.outcomes[fixture.answers[minor]?.[index] ?? -1];
    if (theirs === undefined) continue;
    const ours = trafficFieldViolations(service, Number(minor), { old });
    const difference = compare(ours, theirs);
    if (difference !== null) found.push({ service, old, difference });
  }
  return found;
}

describe.each(Object.keys(fixture.versions))('Kubernetes 1.%s', minor => {
  test('rejects the same traffic fields as the API server in every case', () => {
    const found = differences(minor, (ours, theirs) => {
      const expected = upstreamFields(theirs);
      const actual = ourFields(ours, theirs[0]?.[0] === '(decoding)');
      return actual.join() === expected.join() ? null : { expected, actual };
    });
    expect(found.slice(0, 3)).toEqual([]);
  });

  test('has cases that are accepted, rejected by validation and rejected by the decoder', () => {
    const answered = (fixture.answers[minor] ?? []).flatMap(answer => fixture.outcomes[answer] ?? []);
    const accepted = (fixture.answers[minor] ?? []).filter(answer => fixture.outcomes[answer]?.length === 0);
    expect(accepted.length).toBeGreaterThan(500);
    expect(answered.filter(([field]) => field === '(decoding)').length).toBeGreaterThan(100);
    expect(answered.filter(([field]) => field !== '(decoding)').length).toBeGreaterThan(1000);
  });
});

test('uses the error texts of the newest API server', () => {
  const found = differences('37', (ours, theirs) => {
    if (theirs[0]?.[0] === '(decoding)') return null;
    const expected = unique(theirs.map(([, message]) => message));
    const actual = unique(ours.map(({ reason }) => reason));
    return actual.join('\n') === expected.join('\n') ? null : { expected, actual };
  });
  expect(found.slice(0, 3)).toEqual([]);
});
