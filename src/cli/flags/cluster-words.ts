import { CLUSTER_FLAGS, type ClusterFlags } from './flags.ts';

/** The flags that name the cluster, for the commands that check the advice. */
export function clusterWords(values: ClusterFlags): readonly string[] {
  return Object.keys(CLUSTER_FLAGS).flatMap(name => {
    const value = values[name as keyof typeof CLUSTER_FLAGS];
    if (value === undefined) return [];
    if (value === true) return [`--${name}`];
    return (typeof value === 'string' ? [value] : value).flatMap(item => [`--${name}`, item]);
  });
}
