import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG_SCHEMA } from '../src/config/schema.ts';
import { RULES } from '../src/rules/index.ts';

const ROOT = join(import.meta.dirname, '..');
export const CONFIG_REFERENCE = 'docs/configuration.md';
export const CONFIG_EXAMPLE = 'docs/zonewise.yaml';

interface Schema {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly 'x-expected'?: string;
}

/** Described once, in a separate section. */
const TOLD_ELSEWHERE: Readonly<Record<string, string>> = { match: '#match', rules: '#rules' };

const HEAD = `# Configuration

One YAML file for every command: \`--config FILE\` with \`serve\`, \`controller\`, \`check\`, \`explain\`, \`audit\` and \`ui\`. In a cluster it
is the value \`config\` of the [Helm chart](../charts/zonewise/README.md). The webhook and the controller reload it when it changes. They
reject an invalid file with the place and the expected value, and keep the last valid one.

\`\`\`sh
npm run -s zonewise -- config check docs/zonewise.yaml
npm run -s zonewise -- config schema
\`\`\`

The second command prints the [JSON Schema](config.schema.json) of the file. Editors with a YAML language server complete and check the
file if it starts with this line:

\`\`\`yaml
# yaml-language-server: $schema=config.schema.json
\`\`\`

## Example

[zonewise.yaml](zonewise.yaml) contains every setting.`;

/** Renders `docs/configuration.md`. */
export function renderConfigReference(): string {
  const properties: Readonly<Record<string, Schema>> = CONFIG_SCHEMA.properties;
  const settings = Object.entries(properties).filter(([name]) => !['apiVersion', 'kind', 'rules'].includes(name));
  const match = properties['defaults']?.items?.properties?.['match'];
  return `${[
    '<!-- Written by npm run docs from src/config/schema.ts and docs/zonewise.yaml. Do not edit. -->',
    HEAD,
    `\`\`\`yaml\n${readFileSync(join(ROOT, CONFIG_EXAMPLE), 'utf8')}\`\`\``,
    rulesSection(),
    section('match', match ?? {}),
    ...settings.map(([name, schema]) => section(name, schema)),
  ].join('\n\n')}\n`;
}

function section(name: string, schema: Schema): string {
  const rows = rowsOf(schema, '');
  const lead = schema.description ?? '';
  if (rows.length === 0) return `## ${name}\n\n${lead} ${values(schema)}; default ${defaultText(schema)}.`;
  const each = schema.items ? 'A list, each item with:' : '';
  return [`## ${name}`, [lead, each].filter(Boolean).join(' '), table(rows)].join('\n\n');
}

function table(rows: readonly string[]): string {
  return ['| setting | value | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

/** One row per setting; settings in lists and objects have dotted names. */
function rowsOf(schema: Schema, prefix: string): readonly string[] {
  return Object.entries(schema.items?.properties ?? schema.properties ?? {}).flatMap(([name, inner]) => {
    const path = `${prefix}${name}`;
    const elsewhere = TOLD_ELSEWHERE[name];
    if (elsewhere) return [`| \`${path}\` | [${name}](${elsewhere}) | required | ${inner.description ?? ''} |`];
    if (inner.properties) return rowsOf(inner, `${path}.`);
    return [`| \`${path}\` | ${values(inner)} | ${defaultText(inner)} | ${inner.description ?? ''} |`];
  });
}

function values(schema: Schema): string {
  if (schema.enum) return schema.enum.map(value => `\`${value}\``).join(', ');
  if (schema.type === 'array') return schema.items?.enum ? `list of ${values(schema.items)}` : 'list';
  if (schema['x-expected']) return schema['x-expected'];
  if (schema.type === 'object') return 'map';
  return schema.type ?? '';
}

function defaultText({ default: value }: Schema): string {
  if (value === undefined) return 'none';
  if (Array.isArray(value)) return value.map(item => `\`${item}\``).join(', ');
  return `\`${value === '' ? '""' : value}\``;
}

function rulesSection(): string {
  const rows = RULES.map(({ id, level, options = {} }) => {
    const numbers = Object.entries(options).map(([name, value]) => `\`${name}: ${value}\``);
    return `| [${id}](rules/${id}.md) | \`${level}\` | ${numbers.join(', ')} |`;
  });
  return `## rules

By rule id: a level, or a level and the rule's numbers (\`{ level: warn, threshold: 3 }\`). The levels are \`off\`, \`info\` (the audit,
\`check\` and the UI show it, \`kubectl apply\` does not), \`warn\` (a warning at \`kubectl apply\`) and \`deny\` (the Service is denied).

At level \`deny\`, \`undecided\` (\`allow\`, the default, or \`deny\`) decides about a Service for which the rule cannot be evaluated:
\`{ level: deny, undecided: deny }\`. [SECURITY.md](../SECURITY.md#what-an-undecided-review-does) lists when that is.

| rule | level | numbers |
|---|---|---|
${rows.join('\n')}`;
}

if (import.meta.main) writeFileSync(join(ROOT, CONFIG_REFERENCE), renderConfigReference());
