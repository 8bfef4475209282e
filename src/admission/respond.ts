import type { AppliedDefault } from '../defaults/defaults.ts';
import { jsonPatchFor } from '../defaults/defaults.ts';
import type { Evaluation } from '../engine/evaluation.ts';
import { MAX_MESSAGE_LENGTH } from '../engine/message.ts';
import type { Finding } from '../model/finding.ts';
import type { Service } from '../model/service.ts';

export interface AdmissionReviewResponse {
  readonly apiVersion: 'admission.k8s.io/v1';
  readonly kind: 'AdmissionReview';
  readonly response: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly status?: { readonly code: number; readonly reason: string; readonly message: string };
    readonly warnings?: readonly string[];
    /** Base64 of a JSON Patch; requires `patchType`. */
    readonly patch?: string;
    readonly patchType?: 'JSONPatch';
    readonly auditAnnotations?: Readonly<Record<string, string>>;
  };
}

/** Leaves room for other webhooks: the warnings of a request share 4,096 runes (apiserver filters/warning.go, v0.37.1). */
export const MAX_WARNINGS = 5;

export function allow(uid: string): AdmissionReviewResponse {
  return reviewResponse({ uid, allowed: true });
}

/**
 * Warnings for kubectl, most important first, without infos; a finding at level deny rejects the request. The first warning
 * reports a work limit that was hit. Warnings start with the Service's name if it fits, as kubectl drops duplicates.
 */
export function respond(uid: string, { findings, incomplete }: Evaluation): AdmissionReviewResponse {
  const denials = findings.filter(finding => finding.level === 'deny').map(withServiceName);
  const warnings = findings.filter(finding => finding.level === 'warn').map(withServiceName);
  if (incomplete !== null) warnings.unshift(incomplete);
  const shown = warnings.length > 0 ? { warnings: warnings.slice(0, MAX_WARNINGS) } : {};
  if (denials.length === 0) return reviewResponse({ uid, allowed: true, ...shown });
  return reviewResponse({
    uid,
    allowed: false,
    status: { code: 403, reason: 'Forbidden', message: denials.slice(0, MAX_WARNINGS).join('; ') },
    ...shown,
  });
}

/** The response of /mutate: the patch, a warning about it and an audit annotation. */
export function respondWithDefaults(
  uid: string,
  service: Service,
  applied: readonly AppliedDefault[],
): AdmissionReviewResponse {
  if (applied.length === 0) return allow(uid);
  const patch = Buffer.from(JSON.stringify(jsonPatchFor(service, applied))).toString('base64');
  const fields = applied.map(({ field, value }) => `${field}: ${value}`);
  const subject = service.name === '' ? '' : `${service.name}: `;
  return reviewResponse({
    uid,
    allowed: true,
    warnings: [`${subject}zonewise set ${fields.join(', ')}, the default configured for this namespace`],
    patch,
    patchType: 'JSONPatch',
    auditAnnotations: { 'defaults-set': fields.join(', ') },
  });
}

function withServiceName({ object, message }: Finding): string {
  const text = `${object.name}: ${message}`;
  return object.name !== '' && text.length <= MAX_MESSAGE_LENGTH ? text : message;
}

function reviewResponse(response: AdmissionReviewResponse['response']): AdmissionReviewResponse {
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response };
}
