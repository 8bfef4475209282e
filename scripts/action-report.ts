// Reports a SARIF file of zonewise to GitHub: annotations on standard output, counts as outputs of the step, and a job
// summary. action.yml runs it: node scripts/action-report.ts FILE
import { appendFileSync, readFileSync } from 'node:fs';

interface Result {
  readonly ruleId: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly message: { readonly text: string };
  readonly locations: readonly [
    {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string };
        readonly region: { readonly startLine: number };
      };
      readonly logicalLocations: readonly [{ readonly fullyQualifiedName: string }];
    },
  ];
}

const COMMAND = { error: 'error', warning: 'warning', note: 'notice' } as const;

/** GitHub rejects a job summary above 1 MiB. */
const MAX_ROWS = 500;

/** Escapes like actions/toolkit, so that a message cannot contain a workflow command. */
function annotation({ ruleId, level, message, locations: [{ physicalLocation }] }: Result): string {
  const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const { artifactLocation, region } = physicalLocation;
  const file = property(decodeURIComponent(artifactLocation.uri));
  return `::${COMMAND[level]} file=${file},line=${region.startLine},title=${property(ruleId)}::${data(message.text)}\n`;
}

/** Escapes Markdown: names and messages come from untrusted manifests. */
function markdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|~#@&!]/g, '\\$&').replace(/\s+/g, ' ');
}

function summaryOf(results: readonly Result[]): string {
  if (results.length === 0) return '### zonewise\n\nNothing to report.\n';
  const rows = results.slice(0, MAX_ROWS).map(({ level, message, locations: [place] }) => {
    const { artifactLocation, region } = place.physicalLocation;
    const service = place.logicalLocations[0].fullyQualifiedName.replace(/^Service\//, '');
    const where = `${decodeURIComponent(artifactLocation.uri)}:${region.startLine}`;
    return `| ${level} | ${markdown(service)} | ${markdown(message.text)} | ${markdown(where)} |\n`;
  });
  const more = results.length > MAX_ROWS ? `\nand ${results.length - MAX_ROWS} more\n` : '';
  return `### zonewise\n\n| level | Service | finding | place |\n|---|---|---|---|\n${rows.join('')}${more}`;
}

function append(variable: string, text: string): void {
  const file = process.env[variable];
  if (file) appendFileSync(file, text);
}

const file = process.argv[2] ?? '';
const results: readonly Result[] = JSON.parse(readFileSync(file, 'utf8')).runs[0].results;
const count = (level: Result['level']) => results.filter(result => result.level === level).length;
process.stdout.write(results.map(annotation).join(''));
append('GITHUB_STEP_SUMMARY', summaryOf(results));
// A line break would add further outputs.
const name = file.split(/[\r\n]/)[0];
append(
  'GITHUB_OUTPUT',
  `sarif-file=${name}\nerrors=${count('error')}\nwarnings=${count('warning')}\nnotes=${count('note')}\n`,
);
