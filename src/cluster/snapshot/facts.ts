import type { DataPlanes } from '../../model/data-plane.ts';
import type { RawObject } from '../../model/raw.ts';
import { asString, asStrings, asTime } from '../../model/raw.ts';
import { formatVersion, type KubernetesVersion, parseVersion } from '../../model/version.ts';
import { InputError } from '../../runtime/errors.ts';
import { detectDataPlanes } from '../data-plane/detect.ts';
import { evidenceAmong } from '../data-plane/evidence.ts';
import type { Manifest } from '../manifests/manifest.ts';

const API_VERSION = 'zonewise.dev/v1alpha1';
const KIND = 'ClusterSnapshot';

/** The cluster facts that are not stored in any object. */
export interface SnapshotFacts {
  readonly version: KubernetesVersion;
  /** Objects that could not be read, so that nothing is concluded from their absence. */
  readonly unreadable: readonly string[];
  /** Milliseconds since the epoch; ages are computed for this time. */
  readonly takenAt: number;
}

/** The facts as an extra object of the snapshot. kubectl does not know its kind, and it is never applied. */
export function factsManifest({ version, unreadable, takenAt }: SnapshotFacts): RawObject {
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name: 'cluster' },
    takenAt: new Date(takenAt).toISOString(),
    kubernetesVersion: formatVersion(version),
    unreadable,
  };
}

/** The facts of the last snapshot; `null` if there is none, as in kubectl's output. Throws InputError. */
export function snapshotFacts(manifests: readonly Manifest[]): SnapshotFacts | null {
  const manifest = manifests.findLast(({ kind }) => kind === `${KIND}.${API_VERSION.split('/')[0]}`);
  if (!manifest) return null;
  const { raw } = manifest;
  const version = parseVersion(asString(raw['kubernetesVersion']));
  const takenAt = asTime(raw['takenAt']);
  if (!version || takenAt === null) {
    throw new InputError(`${KIND}: expected takenAt and kubernetesVersion`, {
      file: manifest.file,
      line: manifest.line,
    });
  }
  return { version, unreadable: asStrings(raw['unreadable']), takenAt };
}

/** Facts about a cluster from files, besides its topology. */
export interface FileFacts {
  readonly snapshot: SnapshotFacts | null;
  readonly dataPlanes: DataPlanes;
}

/** Throws InputError. */
export function factsOfFiles(manifests: readonly Manifest[]): FileFacts {
  const snapshot = snapshotFacts(manifests);
  const dataPlanes = detectDataPlanes({
    objects: evidenceAmong(manifests),
    unreadable: snapshot?.unreadable ?? [],
    complete: snapshot !== null,
  });
  return { snapshot, dataPlanes };
}
