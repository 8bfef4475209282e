import { asObject } from '../../model/raw.ts';
import { TOPOLOGY_MODE_ANNOTATION } from '../../model/service.ts';
import { trafficSchema } from '../../model/traffic-schema.ts';
import { NEWEST_KNOWN_MINOR, OLDEST_KNOWN_MINOR } from '../../model/version.ts';
import type { Flag } from '../command.ts';
import { allowedValues } from '../flags/help.ts';
import { EDITABLE_FIELDS } from '../flags/set-flag.ts';
import { type Candidates, type CommandLine, NO_CANDIDATES } from './command-line.ts';
import { contextNames, namespaceNames, serviceNames } from './names.ts';

/** Candidates for the value of a flag. */
export async function valueCandidates(flag: Flag, line: CommandLine): Promise<Candidates> {
  switch (flag.value) {
    case 'version':
      return words(versions());
    case 'edit':
      return words(edits(line.typed));
    case 'context':
      return words(await contextNames(line));
    case 'namespace':
      return words(await namespaceNames(line));
    case 'manifests':
      return { words: [], files: 'manifests' };
    case 'file':
      return { words: [], files: 'any' };
    default:
      return words(allowedValues(flag));
  }
}

/** Candidates for an argument of a command. */
export async function argumentCandidates(line: CommandLine): Promise<Candidates> {
  const { command, arguments: given } = line;
  switch (command) {
    case 'check':
      return { words: [], files: 'manifests' };
    case 'explain':
    case 'audit':
    case 'advise':
      return words((await serviceNames(line)).filter(name => !given.includes(name)));
    case 'rules':
      return given.length > 0 ? NO_CANDIDATES : { words: await ruleWords() };
    case 'config':
      if (given.length === 0) return words(['check', 'schema']);
      return given.length === 1 && given[0] === 'check' ? { words: [], files: 'manifests' } : NO_CANDIDATES;
    case 'completion':
      return given.length > 0 ? NO_CANDIDATES : words(['bash', 'zsh']);
    default:
      return NO_CANDIDATES;
  }
}

function words(list: readonly string[]): Candidates {
  return { words: list.map(word => ({ word })) };
}

async function ruleWords(): Promise<Candidates['words']> {
  const { RULES } = await import('../../rules/index.ts');
  return RULES.map(({ id, summary }) => ({ word: id, description: summary }));
}

function versions(): readonly string[] {
  const count = NEWEST_KNOWN_MINOR - OLDEST_KNOWN_MINOR + 1;
  return Array.from({ length: count }, (_, i) => `1.${NEWEST_KNOWN_MINOR - i}`);
}

/** Fields with a trailing `=`; after that the values that the newest API server accepts. */
function edits(typed: string): readonly string[] {
  const annotation = `metadata.annotations.${TOPOLOGY_MODE_ANNOTATION}`;
  const paths = [...EDITABLE_FIELDS.map(field => `spec.${field}`), annotation];
  const path = typed.slice(0, Math.max(0, typed.indexOf('=')));
  if (!paths.includes(path)) return paths.map(known => `${known}=`);
  const values = path === annotation ? ['Auto', 'Disabled'] : valuesOf(path.slice('spec.'.length));
  return values.map(value => `${path}=${value}`);
}

/** Values that the schema does not list, because they depend on the type of the Service. */
const EXTRA_VALUES: Readonly<Record<string, readonly string[]>> = { externalTrafficPolicy: ['Cluster', 'Local'] };

function valuesOf(field: string): readonly string[] {
  const spec = asObject(asObject(trafficSchema(NEWEST_KNOWN_MINOR)['properties'])['spec']);
  const schema = asObject(asObject(spec['properties'])[field]);
  if (schema['type'] === 'boolean') return ['true', 'false'];
  const known = schema['enum'];
  return Array.isArray(known) ? known.map(String) : (EXTRA_VALUES[field] ?? []);
}
