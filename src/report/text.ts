import { styleText } from 'node:util';
import type { Skipped } from '../engine/evaluation.ts';
import type { Level } from '../model/finding.ts';
import { firstNames } from '../model/first-names.ts';
import { plural } from '../model/plural.ts';
import { dataPlanesLine } from './data-planes.ts';
import { type CheckResult, detailLines, type LocatedFinding, summarize } from './result.ts';

type Style = Parameters<typeof styleText>[0];

const LEVEL_STYLE: Readonly<Record<Level, Style>> = { off: 'dim', info: 'cyan', warn: 'yellow', deny: 'red' };

/** Renders printable values: one line per finding with its fix below, then the skipped rules, the data planes and a summary. */
export function renderText(result: CheckResult, colour: boolean): string {
  const paint = (style: Style, text: string) => (colour ? styleText(style, text, { validateStream: false }) : text);
  const lines = result.findings.flatMap(finding => findingLines(finding, paint));
  const unmet = result.skipped.filter(({ reason }) => reason === undefined);
  const skipped = skippedLines(unmet).map(line => paint('dim', line));
  const dataPlanes = result.dataPlanes ? [paint('dim', dataPlanesLine(result.dataPlanes))] : [];
  return `${[...lines, ...skipped, ...dataPlanes, summaryLine(result)].join('\n')}\n`;
}

function findingLines(finding: LocatedFinding, paint: (style: Style, text: string) => string): readonly string[] {
  const place = finding.file === null ? '' : `${paint('bold', `${finding.file}:${finding.line}`)} `;
  const head = `${place}${paint(LEVEL_STYLE[finding.level], finding.level)} ${nameOf(finding)}: ${finding.message}`;
  return [head, ...detailLines(finding)];
}

/** Services with equal skipped rules and reason share a line. */
function skippedLines(skipped: readonly Skipped[]): readonly string[] {
  const byService = Map.groupBy(skipped, one => `${nameOf(one)}: ${one.why}`);
  const reasons = [...byService.values()].map(rules => {
    const [first] = rules;
    // A file that is given twice has every Service twice.
    const ids = [...new Set(rules.map(({ rule }) => rule))];
    return { name: first ? nameOf(first) : '', reason: `${first?.why} (${ids.join(', ')})` };
  });
  return [...Map.groupBy(reasons, ({ reason }) => reason)].map(([reason, same]) => {
    const names = same.map(({ name }) => name);
    return `skipped for ${firstNames(names, MAX_NAMES_SHOWN)}: ${reason}`;
  });
}

const MAX_NAMES_SHOWN = 3;

function nameOf({ object }: Pick<Skipped, 'object'>): string {
  return `${object.namespace}/${object.name}`;
}

function summaryLine({ services, findings, errors }: CheckResult): string {
  const { deny, warn, info } = summarize(findings);
  const counts = [
    [deny, 'denial'],
    [warn, 'warning'],
    [info, 'note'],
    [errors.length, 'input error'],
  ] as const;
  const parts = counts.flatMap(([n, noun]) => (n === 0 ? [] : plural(n, noun)));
  return `${services.length === 0 ? 'no Services' : plural(services.length, 'Service')} checked: ${parts.join(', ') || 'nothing to report'}`;
}
