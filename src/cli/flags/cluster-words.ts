import type { Flags } from '../command.ts';
import { CLUSTER_FLAGS, type ClusterFlags } from './flags.ts';

type ValuesByFlag = Readonly<Record<string, true | string | readonly string[] | undefined>>;

/** The flags that name the cluster, for the commands that check the advice. */
export function clusterWords(values: ClusterFlags): readonly string[] {
  return flagWords(CLUSTER_FLAGS, values);
}

/** Those of the flags that are set, as words of a command line. */
export function flagWords(flags: Flags, values: ValuesByFlag): readonly string[] {
  return Object.keys(flags).flatMap(name => {
    const value = values[name];
    if (value === undefined) return [];
    if (value === true) return [`--${name}`];
    return (typeof value === 'string' ? [value] : value).flatMap(item => [`--${name}`, item]);
  });
}
