import { createHash } from 'node:crypto';
import type { Skipped } from '../../engine/evaluation.ts';
import { firstNames } from '../../model/first-names.ts';
import { objectKey } from '../../model/object-key.ts';
import type { InputError } from '../../runtime/errors.ts';
import { VERSION } from '../../runtime/version.ts';
import type { CheckResult, LocatedFinding } from '../result.ts';
import { artifactLocation, fileLocation, locationOf, SOURCE_ROOT } from './location.ts';
import { reportingDescriptors, ruleReference, SARIF_LEVELS } from './rules.ts';

/** A region of a file, 1-based, in UTF-16 code units; the end is exclusive. */
export interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface Replacement {
  readonly deleted: Region;
  readonly inserted: string;
}

export interface SarifOptions {
  /** Absolute path; the URIs of files below it are relative to it. */
  readonly folder: string;
  /** The policy's `docsUrl`. */
  readonly docsUrl: string;
  /** The change of a finding's fix in its file; `null` if it is unknown. */
  readonly replacementFor: (finding: LocatedFinding) => Replacement | null;
}

/** `-o sarif`: SARIF 2.1.0, for code scanning and editors. */
export function renderSarif(result: CheckResult, options: SarifOptions): string {
  const driver = { name: 'zonewise', version: VERSION, semanticVersion: VERSION, rules: reportingDescriptors(options) };
  const prints = fingerprints(result.findings);
  const run = {
    tool: { driver },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { [SOURCE_ROOT]: { description: { text: 'The folder in which zonewise ran.' } } },
    invocations: [
      {
        executionSuccessful: result.failures.length === 0 && result.errors.length === 0,
        toolExecutionNotifications: [
          ...result.errors.map(error => errorNote(error, options.folder)),
          ...failureNotes(result),
          ...skippedNotes(result.skipped),
        ],
      },
    ],
    results: result.findings.map((finding, i) => resultOf(finding, { options, fingerprint: prints[i] ?? '' })),
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

interface ResultInput {
  readonly options: SarifOptions;
  readonly fingerprint: string;
}

function resultOf(finding: LocatedFinding, { options, fingerprint }: ResultInput): object {
  const { index } = ruleReference(finding.rule);
  const fix = fixOf(finding, options);
  const { path, nodes, zones, introduced, evidence } = finding;
  return {
    ruleId: finding.rule,
    ...(index !== undefined && { ruleIndex: index }),
    level: SARIF_LEVELS[finding.level],
    message: { text: finding.message },
    locations: [locationOf(finding, options.folder)],
    partialFingerprints: { [FINGERPRINT]: fingerprint },
    ...(fix && { fixes: [fix] }),
    properties: { path, nodes, zones, introduced, evidence },
  };
}

function fixOf(finding: LocatedFinding, { folder, replacementFor }: SarifOptions): object | null {
  const { file, fix } = finding;
  const replacement = file === null || fix === null ? null : replacementFor(finding);
  if (file === null || fix === null || replacement === null) return null;
  const { deleted, inserted } = replacement;
  const replacements = [{ deletedRegion: deleted, insertedContent: { text: inserted } }];
  return {
    description: { text: fix.description },
    artifactChanges: [{ artifactLocation: artifactLocation(file, folder), replacements }],
  };
}

const FINGERPRINT = 'zonewiseFinding/v1';

/** Depends on the subject of a finding, not on its place: it stays the same after lines are added above. */
function fingerprints(findings: readonly LocatedFinding[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map(({ rule, object, path, file }) => {
    const about = JSON.stringify([rule, object.kind, object.namespace, object.name, path, file]);
    const nth = seen.get(about) ?? 0;
    seen.set(about, nth + 1);
    return createHash('sha256').update(`${about}#${nth}`).digest('hex').slice(0, 32);
  });
}

/** A part of the input that cannot be used. */
function errorNote({ file, line, problem }: InputError, folder: string): object {
  const message = { text: problem };
  if (file === null) return { level: 'error', message };
  return { level: 'error', message, locations: [fileLocation(file, line, folder)] };
}

function failureNotes({ failures }: CheckResult): readonly object[] {
  return failures.map(({ rule, error }) => ({
    level: 'error',
    message: { text: `rule ${rule} failed` },
    associatedRule: ruleReference(rule),
    exception: { message: error instanceof Error ? error.message : String(error) },
  }));
}

const MAX_NAMES_SHOWN = 3;

/** Skipped rules: one note per rule and reason, for any number of Services. */
function skippedNotes(skipped: readonly Skipped[]): readonly object[] {
  return [...Map.groupBy(skipped, ({ rule, why }) => `${rule}: ${why}`).values()].map(group => {
    const names = group.map(({ object }) => objectKey(object.namespace, object.name));
    const { rule = '', why = '' } = group[0] ?? {};
    const text = `skipped for ${firstNames(names, MAX_NAMES_SHOWN)}: ${why}`;
    return { level: 'note', message: { text }, associatedRule: ruleReference(rule) };
  });
}
