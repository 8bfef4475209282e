import type { ParseArgsOptionsConfig } from 'node:util';
import { parseArgs } from 'node:util';
import type { SnapshotFacts } from '../../cluster/snapshot/facts.ts';
import type { Config } from '../../config/config.ts';
import { DEFAULT_CONFIG, loadConfig } from '../../config/config.ts';
import type { Policy } from '../../engine/policy.ts';
import type { ClusterFacts, DataPlane, DataPlaneKind } from '../../model/topology.ts';
import { ASSUMED_KUBE_PROXY } from '../../model/topology.ts';
import type { KubernetesVersion } from '../../model/version.ts';
import { NEWEST_KNOWN_MINOR, OLDEST_KNOWN_MINOR, parseVersion } from '../../model/version.ts';
import { didYouMean, InputError, messageOf } from '../../runtime/errors.ts';

/** parseArgs of Node, with its errors as InputErrors that name the verb. */
export function parseFlags<T extends ParseArgsOptionsConfig>(verb: string, args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (cause) {
    const what = messageOf(cause).split(/\. To specify|\n/)[0] ?? '';
    const unknown = /^Unknown option '(--.+)'/.exec(what)?.[1];
    const meant = unknown
      ? didYouMean(
          unknown,
          Object.keys(options).map(name => `--${name}`),
        )
      : '';
    throw new InputError(`${what}; see zonewise ${verb} --help${meant}`, { cause });
  }
}

/** Flags that say what to assume of a cluster that is not there to be asked. */
export const ASSUMPTION_FLAGS = {
  config: { type: 'string' },
  'kubernetes-version': { type: 'string' },
  dataplane: { type: 'string' },
} as const;

/** Flags that say which cluster, for the verbs that read one. */
export const CLUSTER_FLAGS = {
  ...ASSUMPTION_FLAGS,
  topology: { type: 'string', multiple: true },
  live: { type: 'boolean' },
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  namespace: { type: 'string', short: 'n' },
  output: { type: 'string', short: 'o', default: 'text' },
} as const;

export interface ClusterChoice {
  readonly live?: boolean | undefined;
  readonly topology?: readonly string[] | undefined;
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** Throws InputError where two clusters are asked for at once. */
export function refuseTwoClusters({ live, topology, kubeconfig, context }: ClusterChoice): void {
  if (!topology) return;
  if (live) throw new InputError('--live and --topology exclude each other');
  if (kubeconfig) throw new InputError('--kubeconfig and --topology exclude each other');
  if (context) throw new InputError('--context and --topology exclude each other');
}

export interface AssumptionFlags {
  readonly config?: string | undefined;
  readonly 'kubernetes-version'?: string | undefined;
  readonly dataplane?: string | undefined;
}

export function policyFrom(flags: AssumptionFlags): Policy {
  return configFrom(flags).policy;
}

export function configFrom(flags: AssumptionFlags): Config {
  return flags.config === undefined ? DEFAULT_CONFIG : loadConfig(flags.config);
}

/**
 * Facts of a cluster known from files only: what the flags and the configuration say, else the snapshot, else the
 * newest version known. A snapshot is judged as of when it was taken.
 */
export function assumedFacts(
  flags: AssumptionFlags,
  policy: Policy,
  now: number,
  snapshot: SnapshotFacts | null = null,
): ClusterFacts {
  const dataPlane = dataPlaneFrom(flags.dataplane ?? policy.dataPlane);
  return {
    version: versionFrom(flags['kubernetes-version']) ?? snapshot?.version ?? { minor: NEWEST_KNOWN_MINOR },
    dataPlane: dataPlane.assumed ? (snapshot?.dataPlane ?? dataPlane) : dataPlane,
    now: snapshot?.takenAt ?? now,
    topologyAgeSeconds: 0,
  };
}

/** The version given, `null` where none is. Throws InputError where it is none that zonewise knows. */
export function versionFrom(text: string | undefined): KubernetesVersion | null {
  if (text === undefined) return null;
  const version = parseVersion(text);
  const known = `expected 1.${OLDEST_KNOWN_MINOR} to 1.${NEWEST_KNOWN_MINOR}, such as 1.36`;
  if (!version) throw new InputError(`--kubernetes-version ${JSON.stringify(text)} is no Kubernetes version; ${known}`);
  if (version.minor < OLDEST_KNOWN_MINOR) throw new InputError(`--kubernetes-version ${text} is too old; ${known}`);
  return version;
}

const DATA_PLANES: readonly string[] = ['auto', 'kube-proxy', 'ipvs', 'cilium', 'other'];

export function dataPlaneFrom(text: string): DataPlane {
  if (!DATA_PLANES.includes(text)) {
    throw new InputError(`--dataplane ${JSON.stringify(text)} is not known; expected one of ${DATA_PLANES.join(', ')}`);
  }
  if (text === 'auto') return ASSUMED_KUBE_PROXY;
  return { kind: text as DataPlaneKind, serviceTopology: false, assumed: false };
}

/** The value of -o, one of those a verb can print. */
export function outputFrom<T extends string>(text: string, known: readonly T[]): T {
  const output = known.find(name => name === text);
  if (output === undefined) throw new InputError(`-o ${text} is not known; expected ${known.join(' or ')}`);
  return output;
}
