import type { Advice } from '../engine/advice/advice.ts';
import type { Skipped } from '../engine/evaluation.ts';
import type { DataPlanes } from '../model/data-plane.ts';
import { compareLevels, type Finding, type Level, type ObjectRef } from '../model/finding.ts';
import type { InputError } from '../runtime/errors.ts';
import { printable } from './printable.ts';

/** A finding with the place of its field; `null` for a Service of a cluster. */
export interface LocatedFinding extends Finding {
  readonly file: string | null;
  readonly line: number | null;
}

/** The result of check or audit. */
export interface CheckResult {
  readonly findings: readonly LocatedFinding[];
  readonly skipped: readonly Skipped[];
  /** Rules that threw: errors of zonewise, for standard error and a bug report. */
  readonly failures: readonly { readonly rule: string; readonly error: unknown }[];
  /** The parts of the input that were not evaluated because they cannot be used. */
  readonly errors: readonly InputError[];
  /** All evaluated Services, including those without findings. */
  readonly services: readonly CheckedService[];
  /** The data planes of the cluster; absent if no Service was evaluated. */
  readonly dataPlanes?: DataPlanes;
  /** With --advise. */
  readonly advice?: readonly Advice[];
}

/** A Service with its first line; `null` for a Service of a cluster. */
export interface CheckedService {
  readonly object: ObjectRef;
  readonly file: string | null;
  readonly line: number | null;
}

export interface Summary {
  readonly deny: number;
  readonly warn: number;
  readonly info: number;
}

export function summarize(findings: readonly Finding[]): Summary {
  const count = (level: Level) => findings.filter(finding => finding.level === level).length;
  return { deny: count('deny'), warn: count('warn'), info: count('info') };
}

/** Values of --fail-on. */
export const FAIL_ON = ['info', 'warn', 'deny', 'never'] as const;

export type FailOn = (typeof FAIL_ON)[number];

/** 2 if a part of the input is unusable, 1 if a finding is at the level or above, else 0. */
export function exitCode({ findings, errors }: Pick<CheckResult, 'findings' | 'errors'>, failOn: FailOn): 0 | 1 | 2 {
  if (errors.length > 0) return 2;
  if (failOn === 'never') return 0;
  return findings.some(finding => compareLevels(finding.level, failOn) >= 0) ? 1 : 0;
}

/** One line per error, with file and line if known. */
export function renderErrors(errors: readonly InputError[]): string {
  return errors.map(({ message }) => `zonewise: ${printable(message)}\n`).join('');
}

/** One line per rule that threw, with its stack. */
export function renderFailures({ failures }: CheckResult): string {
  return failures
    .map(({ rule, error }) => `rule ${rule} failed: ${error instanceof Error ? error.stack : String(error)}\n`)
    .join('');
}

/** Lines below the text of a finding. */
export function detailLines({ fix, url }: Finding): readonly string[] {
  return [...(fix ? [`  fix: ${fix.description}`] : []), ...(url === null ? [] : [`  see: ${url}`])];
}
