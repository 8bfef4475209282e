import { didYouMean } from '../../model/did-you-mean.ts';
import {
  formatLabelSelector,
  type LabelSelector,
  labelSelectorError,
  matchesSelector,
  parseLabelSelector,
} from '../../model/label-selector.ts';
import type { Service } from '../../model/service.ts';
import type { Topology } from '../../model/topology.ts';
import { InputError } from '../../runtime/errors.ts';
import { described, NAMESPACE_FLAG } from '../flags/flags.ts';
import { findService, isServiceKind } from './service-name.ts';

/** Flags of commands that read some of a cluster's Services. */
export const SELECTION_FLAGS = {
  namespace: { ...NAMESPACE_FLAG, multiple: true },
  'all-namespaces': { short: 'A', description: 'Services of all namespaces (the default without -n)' },
  selector: {
    value: 'selector',
    short: 'l',
    description: 'Services with these labels only, such as app=web,tier!=cache or "app in (web, api)"',
  },
} as const;

/** Flags of commands that take names of Services, or a flag for every Service. */
export const NAMED_SELECTION_FLAGS = {
  all: { description: 'every Service, or with -n every one of a namespace' },
  ...described(SELECTION_FLAGS, {
    namespace: "the namespace of names without one (default: the context's); with --all or -l its Services only",
    'all-namespaces': 'Services of all namespaces, as --all without -n',
  }),
} as const;

export interface SelectionFlags {
  readonly namespace?: readonly string[] | undefined;
  readonly 'all-namespaces'?: true | undefined;
  readonly selector?: string | undefined;
  /** For commands that need a name or a flag for every Service. */
  readonly all?: true | undefined;
}

/** Services by name, or all that the other fields do not exclude. */
export interface ServiceSelection {
  /** `NAME`, `svc/NAME` or `NAMESPACE/NAME`; empty for all Services. */
  readonly names: readonly string[];
  /** Empty for all namespaces; with `names` at most the one of names without a namespace. */
  readonly namespaces: readonly string[];
  /** `null` for any labels. */
  readonly selector: LabelSelector | null;
}

/** Where the selected Services are. */
export interface SelectableCluster {
  readonly topology: Topology;
  /** The namespace of names without one, if the selection has none. */
  readonly namespace: string;
}

/** Throws InputError for names and flags that contradict each other, and for a selector that cannot be parsed. */
export function parseSelection(names: readonly string[], flags: SelectionFlags): ServiceSelection {
  const { namespace: namespaces = [] } = flags;
  if (flags['all-namespaces'] && namespaces.length > 0)
    throw new InputError('--all-namespaces and --namespace exclude each other');
  if (names.length > 0) rejectOtherThanNames(flags);
  return { names, namespaces, selector: flags.selector === undefined ? null : parseSelectorFlag(flags.selector) };
}

function parseSelectorFlag(text: string): LabelSelector | null {
  const problem = labelSelectorError(text);
  if (problem === null) return parseLabelSelector(text);
  const given = `--selector ${JSON.stringify(text)} is not a label selector`;
  throw new InputError(`${given}: ${problem}; expected one, such as app=web,tier!=cache or "app in (web, api)"`);
}

function rejectOtherThanNames(flags: SelectionFlags): void {
  for (const flag of ['all', 'all-namespaces', 'selector'] as const) {
    if (flags[flag] !== undefined) throw new InputError(`names of Services and --${flag} exclude each other`);
  }
  const { namespace: namespaces = [] } = flags;
  if (namespaces.length > 1) {
    throw new InputError(`names without a namespace are in one: give --namespace once, not ${namespaces.length} times`);
  }
}

/** As parseSelection; also throws InputError without names and without a flag for every Service. */
export function parseNamedSelection(names: readonly string[], flags: SelectionFlags): ServiceSelection {
  const selection = parseSelection(names, flags);
  if (names.length > 0 || selection.selector !== null || flags.all || flags['all-namespaces']) return selection;
  throw new InputError('name a Service as NAMESPACE/NAME or svc/NAME, or give --all');
}

/**
 * The selected Services, each once. Throws InputError for an unknown Service, a namespace without one, and labels that
 * none has, since a check of nothing would look like a success. A cluster without any Service is not an error.
 */
export function selectServices(selection: ServiceSelection, cluster: SelectableCluster): readonly Service[] {
  const { names, namespaces, selector } = selection;
  const { topology } = cluster;
  if (names.length > 0) return namedServices(names, { topology, namespace: namespaces[0] ?? cluster.namespace });
  const all = topology.services();
  rejectEmptyNamespaces(namespaces, all);
  const wanted = new Set(namespaces);
  const there = wanted.size === 0 ? all : all.filter(({ namespace }) => wanted.has(namespace));
  if (selector === null || there.length === 0) return there;
  const matching = there.filter(({ labels }) => matchesSelector(selector, labels));
  if (matching.length > 0) return matching;
  const where = namespaces.length > 0 ? ` in namespace ${namespaces.join(' or ')}` : '';
  const hint = there.some(({ labels }) => Object.keys(labels).length > 0) ? '' : ': none has a label';
  throw new InputError(`no Service${where} matches --selector ${formatLabelSelector(selector)}${hint}`);
}

function namedServices(names: readonly string[], { topology, namespace }: SelectableCluster): readonly Service[] {
  const [first = '', ...others] = names;
  // As in kubectl get svc web, unless a Service has that name.
  const isKind = others.length > 0 && isServiceKind(first) && !topology.service(namespace, first);
  return [...new Set((isKind ? others : names).map(name => findService(name, namespace, topology)))];
}

function rejectEmptyNamespaces(namespaces: readonly string[], services: readonly Service[]): void {
  if (namespaces.length === 0) return;
  const known = new Set(services.map(({ namespace }) => namespace));
  const unknown = namespaces.find(namespace => !known.has(namespace));
  if (unknown !== undefined)
    throw new InputError(`no Service in namespace ${unknown}${didYouMean(unknown, [...known])}`);
}
