import type { Node } from '../../model/node.ts';
import type { KubernetesVersion } from '../../model/version.ts';
import { NEWEST_KNOWN_MINOR, OLDEST_KNOWN_MINOR } from '../../model/version.ts';

/** How the Kubernetes version of a cluster is known: by --kubernetes-version, by the cluster or its snapshot, or not. */
export type VersionFrom = 'stated' | 'cluster' | 'kubelets' | 'assumed';

/**
 * The version of the newest kubelet, within the known versions; `null` without one. No kubelet may be newer than the API
 * server, so the API server accepts what that version accepts.
 */
export function kubeletVersion(nodes: readonly Node[]): KubernetesVersion | null {
  const newest = nodes.reduce((most, { kubeletMinor }) => Math.max(most, kubeletMinor ?? 0), 0);
  return newest === 0 ? null : { minor: Math.min(Math.max(newest, OLDEST_KNOWN_MINOR), NEWEST_KNOWN_MINOR) };
}
