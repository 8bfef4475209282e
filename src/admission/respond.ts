import type { AppliedDefault } from '../defaults/defaults.ts';
import { jsonPatchFor } from '../defaults/defaults.ts';
import type { Evaluation } from '../engine/evaluation.ts';
import { MAX_MESSAGE_LENGTH, prefixedMessage } from '../engine/message.ts';
import type { Undecided } from '../engine/undecided.ts';
import { UNDECIDED_BECAUSE } from '../engine/undecided.ts';
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
 * Findings that deny reject the request, as do rules that could not be evaluated and are set to refuse then. Warnings for
 * kubectl come without infos, and start with what was not evaluated, because such a request is not known to be sound.
 * Texts start with the Service's name if it fits, as kubectl drops duplicates.
 */
export function respond(uid: string, evaluation: Evaluation): AdmissionReviewResponse {
  return respondWith(uid, evaluation, { textOf: withServiceName, cut: texts => texts.slice(0, MAX_WARNINGS) });
}

/** The response about a change of a workload or Node. Its findings are about several Services; the last line counts what is left out. */
export function respondToChange(uid: string, evaluation: Evaluation): AdmissionReviewResponse {
  const textOf = (finding: Finding) => prefixedMessage(`${finding.object.namespace}/${finding.object.name}: `, finding);
  return respondWith(uid, evaluation, { textOf, cut: withRestCounted });
}

function withRestCounted(texts: readonly string[]): readonly string[] {
  if (texts.length <= MAX_WARNINGS) return texts;
  const shown = texts.slice(0, MAX_WARNINGS - 1);
  return [...shown, `${texts.length - shown.length} more warnings about Services are not shown`];
}

interface ResponseStyle {
  /** The message with the Service's name. */
  textOf(finding: Finding): string;
  cut(warnings: readonly string[]): readonly string[];
}

function respondWith(
  uid: string,
  { findings, undecided, incomplete }: Evaluation,
  { textOf, cut }: ResponseStyle,
): AdmissionReviewResponse {
  const denials = [
    ...findings.flatMap(finding => (finding.denial === null ? [] : [denialOf(textOf(finding), finding)])),
    ...undecidedTexts(undecided.filter(({ refuses }) => refuses)).map(text => `${text}; try again later`),
  ];
  const warnings = [
    ...undecidedTexts(undecided.filter(({ refuses }) => !refuses)),
    ...(incomplete !== null && undecided.length === 0 ? [incomplete] : []),
    ...findings.flatMap(finding => warningOf(textOf(finding), finding) ?? []),
  ];
  const shown = warnings.length > 0 ? { warnings: cut(warnings) } : {};
  if (denials.length === 0) return reviewResponse({ uid, allowed: true, ...shown });
  return reviewResponse({
    uid,
    allowed: false,
    status: { code: 403, reason: 'Forbidden', message: denials.slice(0, MAX_WARNINGS).join('; ') },
    ...shown,
  });
}

function denialOf(text: string, { denial, url }: Finding): string {
  const link = url === null ? '' : `; see ${url}`;
  return `${text}; to lift this: ${denial}${link}`;
}

/** A finding at level deny that rejects nothing was there before the change. */
function warningOf(text: string, finding: Finding): string | null {
  if (finding.level === 'warn') return withLink(text, finding);
  if (finding.level !== 'deny' || finding.denial !== null) return null;
  const withReason = `not denied, as the change leaves it as it was: ${text}`;
  return withLink(withReason.length <= MAX_MESSAGE_LENGTH ? withReason : text, finding);
}

/** A link that does not fit is left out: half of one leads nowhere, and the text ends with the rule's id anyway. */
function withLink(text: string, { url }: Finding): string {
  const linked = `${text} ${url}`;
  return url !== null && linked.length <= MAX_MESSAGE_LENGTH ? linked : text;
}

/** One text per reason, with the rules. */
function undecidedTexts(undecided: readonly Undecided[]): readonly string[] {
  return [...Map.groupBy(undecided, ({ reason }) => reason)].map(([reason, group]) => {
    const [first, second, ...more] = group.map(({ rule }) => rule);
    const rules = [first, second, more.length > 0 ? `${more.length} more` : undefined].filter(Boolean).join(', ');
    return withName(group[0]?.object.name ?? '', `not evaluated because ${UNDECIDED_BECAUSE[reason]}: ${rules}`);
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
  return withName(object.name, message);
}

function withName(name: string, message: string): string {
  const text = `${name}: ${message}`;
  return name !== '' && text.length <= MAX_MESSAGE_LENGTH ? text : message;
}

function reviewResponse(response: AdmissionReviewResponse['response']): AdmissionReviewResponse {
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response };
}
