import type { Finding } from '../model/finding.ts';

/** The answer to one AdmissionReview. */
export interface AdmissionReviewResponse {
  readonly apiVersion: 'admission.k8s.io/v1';
  readonly kind: 'AdmissionReview';
  readonly response: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly status?: { readonly code: number; readonly reason: string; readonly message: string };
    readonly warnings?: readonly string[];
  };
}

/** More would crowd out other webhooks' warnings: a request has 4,096 runes for all (apiserver filters/warning.go, v0.37.1). */
export const MAX_WARNINGS = 5;

export function allow(uid: string): AdmissionReviewResponse {
  return answer({ uid, allowed: true });
}

/** Warnings for kubectl, most important first; a finding at level deny refuses the request. Infos are not for kubectl. */
export function respond(uid: string, findings: readonly Finding[]): AdmissionReviewResponse {
  const denials = findings.filter(finding => finding.level === 'deny').map(finding => finding.message);
  const warnings = findings.filter(finding => finding.level === 'warn').map(finding => finding.message);
  const shown = warnings.length > 0 ? { warnings: warnings.slice(0, MAX_WARNINGS) } : {};
  if (denials.length === 0) return answer({ uid, allowed: true, ...shown });
  return answer({
    uid,
    allowed: false,
    status: { code: 403, reason: 'Forbidden', message: denials.slice(0, MAX_WARNINGS).join('; ') },
    ...shown,
  });
}

function answer(response: AdmissionReviewResponse['response']): AdmissionReviewResponse {
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response };
}
