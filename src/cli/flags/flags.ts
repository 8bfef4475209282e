import { parseArgs } from 'node:util';
import type { FileFacts } from '../../cluster/snapshot/facts.ts';
import { type Config, DEFAULT_CONFIG, loadConfig } from '../../config/config.ts';
import { statedDataPlanes } from '../../config/data-planes.ts';
import type { Policy } from '../../engine/policy.ts';
import { ASSUMED_KUBE_PROXY, type DataPlanes } from '../../model/data-plane.ts';
import type { StatedDataPlane } from '../../model/data-plane-text.ts';
import { didYouMean } from '../../model/did-you-mean.ts';
import type { ClusterFacts } from '../../model/topology.ts';
import { type KubernetesVersion, NEWEST_KNOWN_MINOR, OLDEST_KNOWN_MINOR, parseVersion } from '../../model/version.ts';
import { InputError } from '../../runtime/errors.ts';
import { withStatements } from '../../topology/data-plane.ts';
import type { Flags, ValueKind } from '../command.ts';
import { parsePort } from './ports.ts';

type ValueOf<F> = F extends { value: readonly (infer V)[] } ? V : F extends { value: string } ? string : true;

/** Parsed values by flag: a list for a repeatable flag, `true` for a flag without a value. */
export type FlagValues<T extends Flags> = {
  readonly [K in keyof T]: T[K] extends { multiple: true }
    ? readonly ValueOf<T[K]>[] | undefined
    : ValueOf<T[K]> | (T[K] extends { default: string } ? never : undefined);
};

/** Parses the arguments of a command. Throws InputError for an unknown flag, a missing value or a value that is not allowed. */
export function parseFlags<T extends Flags>(command: string, args: readonly string[], flags: T) {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [name, { ...flag, type: flag.value ? 'string' : 'boolean' } as const]),
  );
  const config = { args: [...args], options, allowPositionals: true, strict: false, tokens: true } as const;
  const { values, positionals, tokens } = parseArgs(config);
  for (const token of tokens) {
    const problem = token.kind === 'option' ? problemOf(token, command, flags) : null;
    if (problem !== null) throw new InputError(problem);
  }
  return { values: values as FlagValues<T>, positionals };
}

/** Like `parseFlags`, for a command without other arguments. */
export function parseFlagsOnly<T extends Flags>(command: string, args: readonly string[], flags: T): FlagValues<T> {
  const { values, positionals } = parseFlags(command, args, flags);
  if (positionals.length === 0) return values;
  throw new InputError(`${command} takes no argument ${JSON.stringify(positionals[0])}`);
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

/** Why a parsed flag cannot be used, `null` if it can. Throws InputError for a malformed value. */
function problemOf({ name, rawName, value, inlineValue }: OptionToken, command: string, flags: Flags): string | null {
  const help = `see zonewise ${command} --help`;
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (!flag) {
    const known = Object.keys(flags).map(other => `--${other}`);
    return `Unknown option '${rawName}'; ${help}${rawName.startsWith('--') ? didYouMean(rawName, known) : ''}`;
  }
  const usage = `${flag.short ? `-${flag.short}, ` : ''}--${name}`;
  if (!flag.value) return value === undefined ? null : `Option '${usage}' does not take an argument; ${help}`;
  if (value === undefined) return `Option '${usage} <value>' argument missing; ${help}`;
  if (!inlineValue && /^-./.test(value)) return `Option '${rawName}' argument is ambiguous; ${help}`;
  if (typeof flag.value === 'string') VALIDATORS[flag.value]?.(name, value);
  if (typeof flag.value === 'string' || flag.value.includes(value)) return null;
  const [shown, separator] = flag.short ? [`-${flag.short}`, ' or '] : [`--${name}`, ', '];
  return `${shown} ${value} is not known; expected ${flag.value.join(separator)}`;
}

/** Checks of values by kind. They throw InputError. */
const VALIDATORS: { readonly [K in ValueKind]?: (name: string, value: string) => unknown } = {
  version: (_, value) => parseVersionFlag(value),
  'data-plane': (name, value) => statedDataPlanes([value], `--${name}`),
  port: parsePort,
};

/** The flags with other descriptions. */
export function described<T extends Flags>(flags: T, descriptions: { readonly [K in keyof T]?: string }): T {
  const entries = Object.entries(flags).map(([name, flag]) => {
    return [name, { ...flag, description: descriptions[name] ?? flag.description }];
  });
  return Object.fromEntries(entries);
}

/** Facts of a cluster that zonewise does not read, and the configuration. */
export const ASSUMPTION_FLAGS = {
  'kubernetes-version': { value: 'version', description: 'evaluate for this Kubernetes version' },
  dataplane: {
    value: 'data-plane',
    multiple: true,
    description: 'what routes Service traffic, such as cilium@1.19 or "kube-proxy@1.31 on pool=old"',
  },
  config: { value: 'file', description: 'levels, overrides and other settings' },
} as const;

/** The cluster to read, for commands that read one. */
export const CLUSTER_FLAGS = {
  topology: {
    value: 'manifests',
    multiple: true,
    description: 'the cluster, as kubectl get nodes,services,endpointslices -A -o yaml prints it',
  },
  live: { description: 'the cluster of the current kubeconfig context (the default without --topology)' },
  kubeconfig: { value: 'file', description: 'another kubeconfig' },
  context: { value: 'context', description: 'another context of it' },
  ...ASSUMPTION_FLAGS,
} as const;

export const NAMESPACE_FLAG = {
  value: 'namespace',
  short: 'n',
  description: 'Services of this namespace only',
} as const;

export type ClusterFlags = Partial<FlagValues<typeof CLUSTER_FLAGS>>;
export type AssumptionFlags = Partial<FlagValues<typeof ASSUMPTION_FLAGS>>;

/** Throws InputError if the flags select two clusters, or a context without --live where `needsLive` is set. */
export function rejectConflictingClusters({ topology, ...values }: ClusterFlags, needsLive = false): void {
  for (const flag of ['live', 'kubeconfig', 'context'] as const) {
    if (!values[flag]) continue;
    if (topology) throw new InputError(`--${flag} and --topology exclude each other`);
    if (needsLive && !values.live) throw new InputError(`--${flag} goes with --live`);
  }
}

export function loadPolicy(flags: AssumptionFlags): Policy {
  return loadConfigFlag(flags).policy;
}

export function loadConfigFlag(flags: AssumptionFlags): Config {
  return flags.config === undefined ? DEFAULT_CONFIG : loadConfig(flags.config);
}

/**
 * Facts of a cluster known from files only: the flags and the configuration, else the snapshot, else the newest known
 * version. The time of a snapshot is the time at which it was taken.
 */
export function assumedFacts(
  flags: AssumptionFlags,
  policy: Policy,
  now: number,
  files: FileFacts | null = null,
): ClusterFacts {
  return {
    version: parseVersionFlag(flags['kubernetes-version']) ?? files?.snapshot?.version ?? { minor: NEWEST_KNOWN_MINOR },
    dataPlanes: withStatements(dataPlaneStatements(flags, policy), files?.dataPlanes ?? ASSUMED_KUBE_PROXY),
    now: files?.snapshot?.takenAt ?? now,
    topologyAgeSeconds: 0,
  };
}

/** The value of --kubernetes-version, `null` without it. Throws InputError for an unknown version. */
export function parseVersionFlag(text: string | undefined): KubernetesVersion | null {
  if (text === undefined) return null;
  const version = parseVersion(text);
  const known = `expected 1.${OLDEST_KNOWN_MINOR} to 1.${NEWEST_KNOWN_MINOR}, such as 1.36`;
  const given = `--kubernetes-version ${JSON.stringify(text)}`;
  if (!version) throw new InputError(`${given} is not a Kubernetes version; ${known}`);
  if (version.minor < OLDEST_KNOWN_MINOR) throw new InputError(`--kubernetes-version ${text} is too old; ${known}`);
  return version;
}

/** The data planes that --dataplane states, else those of the configuration. Throws InputError. */
export function dataPlaneStatements(flags: AssumptionFlags, policy: Policy): readonly StatedDataPlane[] {
  return flags.dataplane === undefined ? policy.dataPlanes : statedDataPlanes(flags.dataplane, '--dataplane');
}

/** Applies the stated data planes. The result is the same object while nothing changes, as results are cached by it. */
export function statedDataPlanesOf(flags: AssumptionFlags): (policy: Policy, detected: DataPlanes) => DataPlanes {
  let known: { readonly policy: Policy; readonly detected: DataPlanes; readonly dataPlanes: DataPlanes } | null = null;
  return (policy, detected) => {
    if (known?.policy !== policy || known.detected !== detected) {
      known = { policy, detected, dataPlanes: withStatements(dataPlaneStatements(flags, policy), detected) };
    }
    return known.dataPlanes;
  };
}
