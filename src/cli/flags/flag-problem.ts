import { statedDataPlanes } from '../../config/data-planes.ts';
import { didYouMean } from '../../model/did-you-mean.ts';
import { InputError } from '../../runtime/errors.ts';
import type { Flag, Flags, ValueKind } from '../command.ts';
import { parsePort } from './ports.ts';
import { isPlain, quoted } from './quoted.ts';
import { parseVersionFlag } from './version-flag.ts';

/** A flag as parseArgs finds it on the command line. */
export interface FlagToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

/** Why a flag cannot be used, `null` if it can. Throws InputError for a malformed value. */
export function flagProblem(token: FlagToken, command: string, flags: Flags): string | null {
  const { name, rawName, value, inlineValue } = token;
  const help = `see zonewise ${command} --help`;
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (!flag) return `Unknown option ${optionName(rawName)}; ${help}${suggestedFlag(rawName, flags)}`;
  const usage = `${flag.short ? `-${flag.short}, ` : ''}--${name}`;
  if (!flag.value) {
    if (value === undefined || isBoolean(value)) return null;
    return `Option '${usage}' does not take an argument; ${help}`;
  }
  if (value === undefined) return `Option '${usage}' needs a value; ${help}`;
  if (value === '') return `Option '${usage}' has an empty value; leave it out, or give one`;
  if (!inlineValue && /^-./.test(value)) {
    return `Option '${rawName}' needs a value, but ${quoted(value)} looks like an option; write --${name}=${quoted(value)} if it is the value`;
  }
  return valueProblem(name, flag, value);
}

function valueProblem(name: string, flag: Flag, value: string): string | null {
  if (typeof flag.value === 'string') VALIDATORS[flag.value]?.(name, value);
  if (!Array.isArray(flag.value) || flag.value.includes(value)) return null;
  const shown = flag.short ? `-${flag.short}` : `--${name}`;
  const expected = `${flag.value.slice(0, -1).join(', ')} or ${flag.value.at(-1)}`;
  return `${shown} ${quoted(value)} is not known; expected ${expected}${didYouMean(value, flag.value)}`;
}

function optionName(name: string): string {
  return isPlain(name) ? `'${name}'` : quoted(name);
}

/** kubectl takes `--all-namespaces=true` as well. */
export function isBoolean(value: string): boolean {
  return value === 'true' || value === 'false';
}

/** A flag that begins with the word, as --all does of --all-namespaces, or is spelt like it. */
function suggestedFlag(rawName: string, flags: Flags): string {
  if (!rawName.startsWith('--')) return '';
  const known = Object.entries(flags).flatMap(([name, { hidden }]) => (hidden ? [] : [`--${name}`]));
  const longer = known.filter(flag => flag.startsWith(rawName));
  return longer.length === 1 ? `; did you mean ${longer[0]}?` : didYouMean(rawName, known);
}

/** Checks of values by kind. They throw InputError. */
const VALIDATORS: { readonly [K in ValueKind]?: (name: string, value: string) => unknown } = {
  version: (_, value) => parseVersionFlag(value),
  'data-plane': (name, value) => statedDataPlanes([value], `--${name}`),
  port: parsePort,
  namespace: rejectOtherNames,
};

/** A DNS label, as the API server demands (k8s.io/apimachinery pkg/util/validation IsDNS1123Label, v0.37.1). */
const NAMESPACE = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

function rejectOtherNames(flag: string, value: string): void {
  if (NAMESPACE.test(value)) return;
  throw new InputError(
    `--${flag} ${JSON.stringify(value)} is not the name of a namespace; expected one, such as kube-system`,
  );
}
