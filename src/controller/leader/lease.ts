import type { ApiObject } from '../../kube/writer/api-writer.ts';
import { asNumber, asObject, asString, asStringOrNull } from '../../model/raw.ts';

/** The leader as recorded in a Lease (coordination.k8s.io/v1). */
export interface LeaseRecord {
  /** `''` after a release. */
  readonly holderIdentity: string;
  readonly durationSeconds: number;
  /** As written, by the holder's clock. Only tested for equality, never compared with the local clock. */
  readonly acquireTime: string | null;
  readonly renewTime: string | null;
  /** How often the holder has changed. */
  readonly transitions: number;
}

export function readLease(lease: ApiObject): LeaseRecord {
  const spec = asObject(lease.spec);
  return {
    holderIdentity: asString(spec.holderIdentity),
    durationSeconds: asNumber(spec.leaseDurationSeconds),
    acquireTime: asStringOrNull(spec.acquireTime),
    renewTime: asStringOrNull(spec.renewTime),
    transitions: asNumber(spec.leaseTransitions),
  };
}

/** The Lease with another record; everything else is kept. */
export function withRecord(lease: ApiObject, record: LeaseRecord): ApiObject {
  return {
    ...lease,
    spec: {
      ...asObject(lease.spec),
      holderIdentity: record.holderIdentity,
      leaseDurationSeconds: record.durationSeconds,
      acquireTime: record.acquireTime,
      renewTime: record.renewTime,
      leaseTransitions: record.transitions,
    },
  };
}

export function sameRecord(a: LeaseRecord, b: LeaseRecord): boolean {
  return (
    a.holderIdentity === b.holderIdentity &&
    a.durationSeconds === b.durationSeconds &&
    a.acquireTime === b.acquireTime &&
    a.renewTime === b.renewTime &&
    a.transitions === b.transitions
  );
}
