import { isAscii } from 'node:buffer';
import { crc32 } from 'node:zlib';

/** A review told from others by all of its bytes but its uid, which the API server gives anew to each. */
export interface Question {
  readonly uid: string;
  /** All bytes behind the uid. */
  readonly bytes: Buffer;
  /** By which it is found; another question may have the same. */
  readonly checksum: number;
}

/** How every review of an API server begins (encoding/json over admission/v1 types.go, k8s.io/api v0.37.1). */
const HEAD = '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"';
const UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const UID_END = HEAD.length + 36;

/** Larger ones are rare, and would crowd out many others. */
const LONGEST = 32 * 1024;

/** `null` for what is no review of an API server, or too large to be kept in mind. */
export function questionIn(body: Buffer): Question | null {
  if (body.length > LONGEST) return null;
  const begin = body.toString('latin1', 0, UID_END);
  if (!begin.startsWith(HEAD)) return null;
  const uid = begin.slice(HEAD.length);
  if (!UID.test(uid)) return null;
  const bytes = body.subarray(UID_END);
  return { uid, bytes, checksum: crc32(bytes) };
}

/** No JSON; Fastify answers 400. */
export class NotJson extends Error {
  readonly statusCode = 400;
}

/** Throws NotJson, without a word of the body: it may hold secrets. */
export function jsonIn(body: unknown): unknown {
  if (!Buffer.isBuffer(body)) return undefined;
  if (body.length === 0) throw new NotJson('it is empty');
  const text = body.toString(isAscii(body) ? 'latin1' : 'utf8');
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch (cause) {
    throw new NotJson('it cannot be parsed', { cause });
  }
}
