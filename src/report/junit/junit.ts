import { compareLevels, type ObjectRef } from '../../model/finding.ts';
import type { InputError } from '../../runtime/errors.ts';
import { printable } from '../printable.ts';
import { type CheckedService, type CheckResult, detailLines, type FailOn, type LocatedFinding } from '../result.ts';
import { element, text } from './xml.ts';

/**
 * `-o junit`: one suite per file (per namespace of a cluster), one case per Service. A case fails if a finding is at
 * `failOn` or above; findings below are its output. CI systems show one failure per case: it starts with the top finding.
 */
export function renderJunit(result: CheckResult, failOn: FailOn): string {
  const findings = Map.groupBy(result.findings, ({ file, object }) => keyOf(file, object));
  const suites = [...Map.groupBy(result.services, suiteName)].map(([name, services]) => {
    const cases = uniqueServices(services).map(service => caseOf(service, { findings, failOn }));
    return { name, cases };
  });
  if (result.errors.length > 0) suites.push({ name: 'unusable input', cases: result.errors.map(errorCase) });
  const all = suites.flatMap(({ cases }) => cases);
  const body = suites.map(({ name, cases }) =>
    element(
      'testsuite',
      { name, ...counts(cases), skipped: 0, time: 0 },
      cases.map(({ xml }) => xml),
    ),
  );
  const root = element('testsuites', { name: 'zonewise', ...counts(all), time: 0 }, body);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

function suiteName({ file, object }: CheckedService): string {
  if (file === null) return object.namespace;
  return file === '-' ? 'stdin' : file;
}

function keyOf(file: string | null, { namespace, name }: ObjectRef): string {
  return JSON.stringify([file, namespace, name]);
}

/** A Service that occurs twice in a file is one case with the findings of both. */
function uniqueServices(services: readonly CheckedService[]): readonly CheckedService[] {
  return [...new Map(services.map(service => [keyOf(service.file, service.object), service])).values()];
}

interface TestCase {
  readonly xml: string;
  readonly outcome: 'passed' | 'failed' | 'error';
}

function counts(cases: readonly TestCase[]): {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
} {
  const count = (wanted: TestCase['outcome']) => cases.filter(({ outcome }) => outcome === wanted).length;
  return { tests: cases.length, failures: count('failed'), errors: count('error') };
}

/** A part of the input that cannot be used. */
function errorCase({ file, line, problem, message }: InputError): TestCase {
  const place = file === null ? 'input' : file === '-' ? 'stdin' : printable(file);
  const name = `${place}${line === null ? '' : `:${line}`}`;
  const attributes = { classname: place, name, time: 0, file: file && printable(file), line };
  const error = element('error', { type: 'unusable-input', message: printable(problem) }, [text(printable(message))]);
  return { xml: element('testcase', attributes, [error]), outcome: 'error' };
}

interface CaseInput {
  readonly findings: ReadonlyMap<string, readonly LocatedFinding[]>;
  readonly failOn: FailOn;
}

function caseOf(service: CheckedService, { findings, failOn }: CaseInput): TestCase {
  const { file, line, object } = service;
  const own = findings.get(keyOf(file, object)) ?? [];
  const fatal = own.filter(({ level }) => failOn !== 'never' && compareLevels(level, failOn) >= 0);
  const milder = own.filter(finding => !fatal.includes(finding));
  const [first] = fatal;
  const failure = first && element('failure', { type: first.rule, message: first.message }, [text(listed(fatal))]);
  const output = milder.length > 0 ? element('system-out', {}, [text(listed(milder))]) : undefined;
  const attributes = { classname: suiteName(service), name: `${object.namespace}/${object.name}`, time: 0, file, line };
  const children = [failure, output].filter(child => child !== undefined);
  return { xml: element('testcase', attributes, children), outcome: fatal.length > 0 ? 'failed' : 'passed' };
}

function listed(findings: readonly LocatedFinding[]): string {
  return findings.map(line).join('\n');
}

function line(finding: LocatedFinding): string {
  const { file, line: number, level, message } = finding;
  const place = file === null ? '' : `${file}:${number} `;
  return [`${place}${level} ${message}`, ...detailLines(finding)].join('\n');
}
