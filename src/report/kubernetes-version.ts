import type { KubernetesVersion } from '../model/version.ts';
import { formatVersion } from '../model/version.ts';

const HOW_KNOWN = {
  stated: ' (stated)',
  cluster: '',
  kubelets: " (assumed: from the Nodes' kubelets)",
  assumed: ' (assumed)',
} as const;

/** One line: for which Kubernetes version the answer holds, and how that is known. */
export function kubernetesLine(version: KubernetesVersion, from: keyof typeof HOW_KNOWN): string {
  return `Kubernetes ${formatVersion(version)}${HOW_KNOWN[from]}`;
}
