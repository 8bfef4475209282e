import { styleText } from 'node:util';
import type { Level, Skipped } from '../model/finding.ts';
import type { CheckResult, LocatedFinding } from './result.ts';
import { summarize } from './result.ts';

type Style = Parameters<typeof styleText>[0];

const LEVEL_STYLE: Readonly<Record<Level, Style>> = { off: 'dim', info: 'cyan', warn: 'yellow', deny: 'red' };

/** What a person reads: a line a finding, its remedy under it, then what was left out and a sum. */
export function renderText(result: CheckResult, colour: boolean): string {
  const paint = (style: Style, text: string) => (colour ? styleText(style, text, { validateStream: false }) : text);
  const lines = result.findings.flatMap(finding => findingLines(finding, paint));
  const skipped = skippedLines(result.skipped).map(line => paint('dim', line));
  return `${[...lines, ...skipped, sumLine(result)].join('\n')}\n`;
}

function findingLines(finding: LocatedFinding, paint: (style: Style, text: string) => string): readonly string[] {
  const { namespace, name } = finding.object;
  const place = finding.file === null ? '' : `${paint('bold', `${finding.file}:${finding.line}`)} `;
  const head = `${place}${paint(LEVEL_STYLE[finding.level], finding.level)} ${namespace}/${name}: ${finding.message}`;
  return finding.fix ? [head, `  fix: ${finding.fix.description}`] : [head];
}

/** Rules skipped for one and the same reason share a line. */
function skippedLines(skipped: readonly Skipped[]): readonly string[] {
  const byReason = Map.groupBy(skipped, ({ object, why }) => `${object.namespace}/${object.name}: ${why}`);
  return [...byReason].map(([reason, rules]) => `skipped for ${reason} (${rules.map(({ rule }) => rule).join(', ')})`);
}

function sumLine({ services, findings }: CheckResult): string {
  const { deny, warn, info } = summarize(findings);
  const parts = [count(deny, 'denial'), count(warn, 'warning'), count(info, 'note')].filter(part => part !== '');
  return `${count(services, 'Service') || 'no Services'} checked: ${parts.join(', ') || 'nothing to report'}`;
}

function count(n: number, noun: string): string {
  return n === 0 ? '' : `${n} ${noun}${n === 1 ? '' : 's'}`;
}
