import { asObject } from '../../model/raw.ts';
import { TOPOLOGY_MODE_ANNOTATION } from '../../model/service.ts';
import { trafficSchema } from '../../model/traffic-schema.ts';
import { NEWEST_KNOWN_MINOR, OLDEST_KNOWN_MINOR } from '../../model/version.ts';
import { EDITABLE_FIELDS } from '../flags/set-flag.ts';
import type { Candidates, CommandLine } from './command-line.ts';
import type { FlagHelp } from './flag-spec.ts';
import { contextNames, namespaceNames, serviceNames } from './names.ts';

const NOTHING: Candidates = { words: [] };

/** Values of a flag: those that its help lists, else what can be known of its kind. */
export async function valueChoices(flag: FlagHelp, line: CommandLine): Promise<Candidates> {
  if (flag.choices.length > 0) return words(flag.choices);
  switch (flag.long) {
    case '--kubernetes-version':
      return words(versions());
    case '--set':
      return words(edits(line.typed));
    case '--context':
      return words(await contextNames(line));
    case '--namespace':
      return words(await namespaceNames(line));
    case '--topology':
      return { words: [], files: 'manifests' };
    default:
      return /^(F|FILE|DIR)$/.test(flag.value ?? '') ? { words: [], files: 'any' } : NOTHING;
  }
}

/** What a verb takes besides flags. */
export async function argumentChoices(line: CommandLine): Promise<Candidates> {
  const { verb, arguments: given } = line;
  switch (verb) {
    case 'check':
      return { words: [], files: 'manifests' };
    case 'explain':
      return words((await serviceNames(line)).filter(name => !given.includes(name)));
    case 'rules':
      return given.length > 0 ? NOTHING : { words: await ruleWords() };
    case 'config':
      if (given.length === 0) return words(['check', 'schema']);
      return given.length === 1 && given[0] === 'check' ? { words: [], files: 'manifests' } : NOTHING;
    case 'completion':
      return given.length > 0 ? NOTHING : words(['bash', 'zsh']);
    default:
      return NOTHING;
  }
}

function words(list: readonly string[]): Candidates {
  return { words: list.map(word => ({ word })) };
}

async function ruleWords(): Promise<Candidates['words']> {
  const { RULES } = await import('../../rules/index.ts');
  return RULES.map(({ id, summary }) => ({ word: id, says: summary }));
}

function versions(): readonly string[] {
  const count = NEWEST_KNOWN_MINOR - OLDEST_KNOWN_MINOR + 1;
  return Array.from({ length: count }, (_, i) => `1.${NEWEST_KNOWN_MINOR - i}`);
}

/** Fields first, with the `=` to go on from; then the values that the newest API server takes. */
function edits(typed: string): readonly string[] {
  const annotation = `metadata.annotations.${TOPOLOGY_MODE_ANNOTATION}`;
  const paths = [...EDITABLE_FIELDS.map(field => `spec.${field}`), annotation];
  const path = typed.slice(0, Math.max(0, typed.indexOf('=')));
  if (!paths.includes(path)) return paths.map(known => `${known}=`);
  const values = path === annotation ? ['Auto', 'Disabled'] : valuesOf(path.slice('spec.'.length));
  return values.map(value => `${path}=${value}`);
}

/** The API server's schema leaves this one to a rule of its own, as its values depend on the type. */
const MORE_VALUES: Readonly<Record<string, readonly string[]>> = { externalTrafficPolicy: ['Cluster', 'Local'] };

function valuesOf(field: string): readonly string[] {
  const spec = asObject(asObject(trafficSchema(NEWEST_KNOWN_MINOR)['properties'])['spec']);
  const schema = asObject(asObject(spec['properties'])[field]);
  if (schema['type'] === 'boolean') return ['true', 'false'];
  const known = schema['enum'];
  return Array.isArray(known) ? known.map(String) : (MORE_VALUES[field] ?? []);
}
