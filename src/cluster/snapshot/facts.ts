import type { RawObject } from '../../model/raw.ts';
import { asObject, asString, asTime } from '../../model/raw.ts';
import type { DataPlane, DataPlaneKind } from '../../model/topology.ts';
import { formatVersion, type KubernetesVersion, parseVersion } from '../../model/version.ts';
import { InputError } from '../../runtime/errors.ts';
import type { Manifest } from '../manifests/manifest.ts';

const API_VERSION = 'zonewise.dev/v1alpha1';
const KIND = 'ClusterSnapshot';
const KINDS: readonly string[] = ['kube-proxy', 'ipvs', 'cilium', 'other'] satisfies readonly DataPlaneKind[];

/** The cluster facts that are not stored in any object. */
export interface SnapshotFacts {
  readonly version: KubernetesVersion;
  readonly dataPlane: DataPlane;
  /** Milliseconds since the epoch; ages are computed for this time. */
  readonly takenAt: number;
}

/** The facts as an extra object of the snapshot. kubectl does not know its kind, and it is never applied. */
export function factsManifest({ version, dataPlane, takenAt }: SnapshotFacts): RawObject {
  const { kind, serviceTopology, assumed } = dataPlane;
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name: 'cluster' },
    takenAt: new Date(takenAt).toISOString(),
    kubernetesVersion: formatVersion(version),
    dataPlane: { kind, serviceTopology, assumed },
  };
}

/** The facts of the last snapshot; `null` if there is none, as in kubectl's output. Throws InputError. */
export function snapshotFacts(manifests: readonly Manifest[]): SnapshotFacts | null {
  const manifest = manifests.findLast(({ kind }) => kind === `${KIND}.${API_VERSION.split('/')[0]}`);
  if (!manifest) return null;
  const { raw } = manifest;
  const dataPlane = asObject(raw['dataPlane']);
  const kind = asString(dataPlane['kind']);
  const version = parseVersion(asString(raw['kubernetesVersion']));
  const takenAt = asTime(raw['takenAt']);
  if (!version || takenAt === null || !KINDS.includes(kind)) {
    const expected = `expected takenAt, kubernetesVersion and dataPlane.kind (${KINDS.join(', ')})`;
    throw new InputError(`${KIND}: ${expected}`, { file: manifest.file, line: manifest.line });
  }
  return {
    version,
    dataPlane: {
      kind: kind as DataPlaneKind,
      serviceTopology: dataPlane['serviceTopology'] === true,
      assumed: dataPlane['assumed'] === true,
    },
    takenAt,
  };
}
