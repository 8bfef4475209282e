import type { Need, Rule } from '../src/rules/rule.ts';
import type { Fixture } from '../test/rules/fixture.ts';
import { clusterTable } from './cluster-table.ts';

/** A fixture and the expected findings from its .txt file. */
export interface FixtureOutput {
  readonly fixture: Fixture;
  readonly output: string;
}

const GENERATED = (from: string) => `<!-- Written by npm run docs from ${from}. Do not edit. -->`;

/** Renders `docs/rules/<id>.md`: what the rule reports, why, the fix, and its fixtures as tested examples. */
export function rulePage(rule: Rule, outputs: readonly FixtureOutput[]): string {
  const fires = outputs.filter(({ fixture }) => fixture.outcome === 'fires');
  const silent = outputs.filter(({ fixture }) => fixture.outcome === 'silent');
  const skips = outputs.filter(({ fixture }) => fixture.outcome === 'skips');
  const [shownFire, shownSilence] = [shown(fires), shown(silent)];
  return join([
    GENERATED(`src/rules/${rule.id}.ts and test/rules/${rule.id}/`),
    `# ${rule.id}`,
    `**${rule.summary}.**`,
    facts(rule),
    rule.why,
    '## What to do',
    rule.fix,
    '## When it fires',
    shownFire ? shownCase(shownFire) : code('yaml', rule.example),
    cases('Also:', without(fires, shownFire)),
    '## When it is silent',
    shownSilence && shownCase(shownSilence),
    cases('Also:', without(silent, shownSilence)),
    skips.length > 0 && '## When it is skipped',
    skips.map(item => `${bullet(item)} Output: \`${item.output.trim()}\``).join('\n'),
    '## Turn it down',
    turnDown(rule),
  ]);
}

/** Renders `docs/rules/README.md`, a table of all rules. */
export function indexPage(rules: readonly Rule[]): string {
  const rows = rules.map(rule => `| [${rule.id}](${rule.id}.md) | ${rule.level} | ${needs(rule)} | ${rule.summary} |`);
  return join([
    GENERATED('src/rules/'),
    '# Rules',
    `Most important first: findings of one level are reported in this order. A rule is skipped if a need is unknown, and the output
contains the reason. \`zonewise rules ID\` prints the text of a page in the terminal.`,
    ['| rule | level | needs | summary |', '|---|---|---|---|', ...rows].join('\n'),
  ]);
}

function facts(rule: Rule): string {
  const options = Object.entries(rule.options ?? {}).map(([name, value]) => `\`${name}: ${value}\``);
  const lines = [
    ['Level', `\`${rule.level}\``],
    ['Needs', needs(rule)],
    options.length > 0 ? ['Options', options.join(', ')] : null,
    ['Decided by', `\`${rule.source}\``],
    ['Code', `[src/rules/${rule.id}.ts](../../src/rules/${rule.id}.ts)`],
    ['Fixtures', `[test/rules/${rule.id}/](../../test/rules/${rule.id}/)`],
  ];
  const rows = lines.flatMap(line => (line ? [`| ${line[0]} | ${line[1]} |`] : []));
  return ['| | |', '|---|---|', ...rows].join('\n');
}

function needs(rule: Rule): string {
  return rule.needs.length === 0 ? 'only the Service' : rule.needs.map(inWords).join('; ');
}

function inWords(need: Need): string {
  switch (need) {
    case 'nodes':
      return 'Nodes';
    case 'slices':
      return 'EndpointSlices, possibly empty';
    case 'kubernetes known':
      return 'a known version';
    case 'cluster':
      return 'the audit of a cluster';
    case 'endpoints':
      return 'endpoints, existing or pending';
    case 'workloads':
      return 'manifests of the workloads';
    case 'manifest':
      return 'a manifest (not the webhook)';
    case 'dataplane: known':
      return 'a known data plane';
    case 'dataplane: obeys hints':
      return 'a data plane that obeys hints';
    default:
      return `Kubernetes ${need.slice('kubernetes>='.length)} or later`;
  }
}

function shownCase({ fixture, output }: FixtureOutput): string {
  const message = output === '' ? 'No finding.' : code('text', output);
  return join([fixture.description, clusterTable(fixture), code('yaml', fixture.evaluated), message]).trimEnd();
}

function cases(title: string, outputs: readonly FixtureOutput[]): string | null {
  return outputs.length === 0 ? null : `${title}\n\n${outputs.map(bullet).join('\n')}`;
}

/** Title of a fixture: `fires-on-1-30.yaml` becomes `on 1.30`. */
function bullet({ fixture }: FixtureOutput): string {
  const title = fixture.name
    .replace(/^[a-z]+-/, '')
    .replace(/\b1-(\d\d)\b/g, '1.$1')
    .replaceAll('-', ' ');
  return `- [${title}](../../${fixture.file}): ${fixture.description}`;
}

function turnDown(rule: Rule): string {
  const level = rule.level === 'info' ? '"off"' : 'info';
  const service = `metadata:
  annotations:
    zonewise.dev/ignore: ${rule.id}
    zonewise.dev/ignore-reason: why this is intended
    zonewise.dev/ignore-until: "2027-01-31" # optional`;
  return join([
    'For all Services, in the configuration:',
    code('yaml', `rules: { ${rule.id}: ${level} }`),
    ...(rule.level === 'deny'
      ? []
      : ['For one Service (not at level `deny`, unless the configuration allows it):', code('yaml', service)]),
  ]).trimEnd();
}

function shown(outputs: readonly FixtureOutput[]): FixtureOutput | undefined {
  return outputs.find(({ fixture }) => fixture.settings.inDocs) ?? outputs[0];
}

function without(outputs: readonly FixtureOutput[], one: FixtureOutput | undefined): readonly FixtureOutput[] {
  return outputs.filter(item => item !== one);
}

function code(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

function join(parts: readonly (string | null | false | undefined)[]): string {
  return `${parts.flatMap(part => part || []).join('\n\n')}\n`;
}
