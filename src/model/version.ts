/** Kubernetes 1.x. Only the minor is compared. */
export interface KubernetesVersion {
  readonly minor: number;
}

/** API server versions whose traffic fields are known. */
export const OLDEST_KNOWN_MINOR = 28;
export const NEWEST_KNOWN_MINOR = 37;

/** Parses `1.36`, `v1.36`, `v1.36.2`, `v1.36.2-gke.100`; `null` for anything else. */
export function parseVersion(text: string): KubernetesVersion | null {
  const match = /^v?1\.(\d{1,3})(?:\.\d+)?(?:[-+].*)?$/.exec(text.trim());
  return match ? { minor: Number(match[1]) } : null;
}

export function formatVersion(version: KubernetesVersion): string {
  return `1.${version.minor}`;
}
