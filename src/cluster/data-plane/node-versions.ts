import type { SoftwareVersion } from '../../model/data-plane.ts';
import { formatSoftwareVersion, parseSoftwareVersion } from '../../model/data-plane-text.ts';
import { asString } from '../../model/raw.ts';
import type { EvidenceObject } from './evidence.ts';
import { imageTag, podSpec } from './evidence.ts';

/** Nodes whose agent has another version than its DaemonSet, as during a rollout. */
export interface NodesOfVersion {
  readonly version: SoftwareVersion;
  readonly names: Readonly<Record<string, true>>;
}

export function versionsByNode(
  pods: readonly EvidenceObject[],
  container: string,
  usual: SoftwareVersion | null,
): readonly NodesOfVersion[] {
  const byVersion = new Map<string, { readonly version: SoftwareVersion; readonly names: Record<string, true> }>();
  for (const pod of pods) {
    const version = parseSoftwareVersion(imageTag(pod, container));
    const node = asString(podSpec(pod)['nodeName']);
    if (!version || node === '') continue;
    const text = formatSoftwareVersion(version);
    if (usual && text === formatSoftwareVersion(usual)) continue;
    const known = byVersion.get(text) ?? { version, names: {} };
    known.names[node] = true;
    byVersion.set(text, known);
  }
  return [...byVersion.values()];
}
