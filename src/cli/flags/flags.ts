import { parseArgs } from 'node:util';
import type { FileFacts } from '../../cluster/snapshot/facts.ts';
import { type Config, DEFAULT_CONFIG, loadConfig } from '../../config/config.ts';
import { statedDataPlanes } from '../../config/data-planes.ts';
import type { Policy } from '../../engine/policy.ts';
import { ASSUMED_KUBE_PROXY, type DataPlanes } from '../../model/data-plane.ts';
import type { StatedDataPlane } from '../../model/data-plane-text.ts';
import type { ClusterFacts } from '../../model/topology.ts';
import { NEWEST_KNOWN_MINOR } from '../../model/version.ts';
import { InputError } from '../../runtime/errors.ts';
import { withStatements } from '../../topology/data-plane.ts';
import type { Flags } from '../command.ts';
import { flagProblem } from './flag-problem.ts';
import { parseVersionFlag } from './version-flag.ts';

type ValueOf<F> = F extends { value: readonly (infer V)[] } ? V : F extends { value: string } ? string : true;

/** Parsed values by flag: a list for a repeatable flag, `true` for a flag without a value. */
export type FlagValues<T extends Flags> = {
  readonly [K in keyof T]: T[K] extends { multiple: true }
    ? readonly ValueOf<T[K]>[] | undefined
    : ValueOf<T[K]> | (T[K] extends { default: string } ? never : undefined);
};

/**
 * Parses the arguments of a command. Of a flag that is given twice the last value counts, as in kubectl, unless it is
 * repeatable. Throws InputError for an unknown flag, a missing value or a value that is not allowed.
 */
export function parseFlags<T extends Flags>(command: string, args: readonly string[], flags: T) {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [name, { ...flag, type: flag.value ? 'string' : 'boolean' } as const]),
  );
  const config = {
    args: withLongNames(args, flags),
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  } as const;
  const { values, positionals, tokens } = parseArgs(config);
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const problem = flagProblem(token, command, flags);
    if (problem !== null) throw new InputError(problem);
    if (!flags[token.name]?.value) values[token.name] = token.value === 'false' ? undefined : true;
  }
  return { values: values as FlagValues<T>, positionals };
}

/** Writes `-n=shop`, which kubectl takes and parseArgs reads as the value `=shop`, as `--namespace=shop`. */
function withLongNames(args: readonly string[], flags: Flags): string[] {
  const end = args.indexOf('--');
  return args.map((arg, i) => {
    if (arg[0] !== '-' || arg[2] !== '=' || (end >= 0 && i > end)) return arg;
    const [name] = Object.entries(flags).find(([, { short }]) => short === arg[1]) ?? [];
    return name === undefined ? arg : `--${name}${arg.slice(2)}`;
  });
}

/** Like `parseFlags`, for a command without other arguments. */
export function parseFlagsOnly<T extends Flags>(command: string, args: readonly string[], flags: T): FlagValues<T> {
  const { values, positionals } = parseFlags(command, args, flags);
  if (positionals.length === 0) return values;
  throw new InputError(`${command} takes no argument ${JSON.stringify(positionals[0])}`);
}

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
  flags: AssumptionFlags & Pick<ClusterFlags, 'topology'>,
  policy: Policy,
  now: number,
  files: FileFacts | null = null,
): ClusterFacts {
  return {
    version: parseVersionFlag(flags['kubernetes-version']) ?? files?.snapshot?.version ?? { minor: NEWEST_KNOWN_MINOR },
    dataPlanes: withStatements(dataPlaneStatements(flags, policy), files?.dataPlanes ?? ASSUMED_KUBE_PROXY),
    now: files?.snapshot?.takenAt ?? now,
    topologyAgeSeconds: 0,
    ...(flags.topology && { topologyFrom: 'files' }),
  };
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
