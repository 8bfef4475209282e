import type { DataPlanes } from '../../model/data-plane.ts';
import { ASSUMED_KUBE_PROXY } from '../../model/data-plane.ts';
import { DATA_PLANE_NAMES, formatDataPlane, parseStatement } from '../../model/data-plane-text.ts';
import type { RawObject } from '../../model/raw.ts';
import { asObject, asString, asTime } from '../../model/raw.ts';
import { formatVersion, type KubernetesVersion, parseVersion } from '../../model/version.ts';
import { InputError } from '../../runtime/errors.ts';
import { assignmentOf, withStatements } from '../../topology/data-plane.ts';
import type { Manifest } from '../manifests/manifest.ts';

const API_VERSION = 'zonewise.dev/v1alpha1';
const KIND = 'ClusterSnapshot';

/** The cluster facts that are not stored in any object. */
export interface SnapshotFacts {
  readonly version: KubernetesVersion;
  readonly dataPlanes: DataPlanes;
  /** Milliseconds since the epoch; ages are computed for this time. */
  readonly takenAt: number;
}

/** The facts as an extra object of the snapshot. kubectl does not know its kind, and it is never applied. */
export function factsManifest({ version, dataPlanes, takenAt }: SnapshotFacts): RawObject {
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name: 'cluster' },
    takenAt: new Date(takenAt).toISOString(),
    kubernetesVersion: formatVersion(version),
    dataPlane: {
      kind: formatDataPlane(assignmentOf({ dataPlanes })[0].dataPlane),
      assumed: dataPlanes.certainty === 'assumed',
    },
  };
}

/** The facts of the last snapshot; `null` if there is none, as in kubectl's output. Throws InputError. */
export function snapshotFacts(manifests: readonly Manifest[]): SnapshotFacts | null {
  const manifest = manifests.findLast(({ kind }) => kind === `${KIND}.${API_VERSION.split('/')[0]}`);
  if (!manifest) return null;
  const { raw } = manifest;
  const dataPlane = asObject(raw['dataPlane']);
  const statement = parseStatement(asString(dataPlane['kind']));
  const version = parseVersion(asString(raw['kubernetesVersion']));
  const takenAt = asTime(raw['takenAt']);
  if (!version || takenAt === null || 'problem' in statement) {
    const expected = `expected takenAt, kubernetesVersion and dataPlane.kind (${DATA_PLANE_NAMES.join(', ')})`;
    throw new InputError(`${KIND}: ${expected}`, { file: manifest.file, line: manifest.line });
  }
  const dataPlanes = withStatements([statement], ASSUMED_KUBE_PROXY);
  const certainty = dataPlane['assumed'] === true ? 'assumed' : dataPlanes.certainty;
  return { version, dataPlanes: { ...dataPlanes, certainty, stated: false }, takenAt };
}
