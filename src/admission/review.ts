import { Ajv } from 'ajv';

/** The fields of an AdmissionReview (admission.k8s.io/v1) that zonewise reads. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly resource: { readonly group: string; readonly version: string; readonly resource: string };
  readonly subResource?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly object?: unknown;
  readonly oldObject?: unknown;
  readonly dryRun?: boolean | null;
}

/** A review, and whether lists or strings of its objects were cut because of their size. */
export interface ReceivedReview extends AdmissionRequest {
  readonly isCut?: boolean;
}

/** The body is JSON, but not a valid AdmissionReview. */
export class ReviewError extends Error {
  readonly code = 'not-an-admission-review';
  /** One line each: the place and the expected value. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`not an AdmissionReview of admission.k8s.io/v1: ${problems.join('; ')}`);
    this.name = 'ReviewError';
    this.problems = problems;
  }
}

const GROUP_VERSION_KIND = {
  type: 'object',
  required: ['version', 'kind'],
  properties: { group: { type: 'string', default: '' }, version: { type: 'string' }, kind: { type: 'string' } },
};

const REVIEW_SCHEMA = {
  type: 'object',
  required: ['apiVersion', 'kind', 'request'],
  properties: {
    apiVersion: { const: 'admission.k8s.io/v1' },
    kind: { const: 'AdmissionReview' },
    request: {
      type: 'object',
      required: ['uid', 'kind', 'resource', 'operation'],
      properties: {
        uid: { type: 'string', minLength: 1, maxLength: 256 },
        kind: GROUP_VERSION_KIND,
        resource: {
          type: 'object',
          required: ['version', 'resource'],
          properties: {
            group: { type: 'string', default: '' },
            version: { type: 'string' },
            resource: { type: 'string' },
          },
        },
        subResource: { type: 'string' },
        name: { type: 'string' },
        namespace: { type: 'string' },
        operation: { enum: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] },
        dryRun: { type: ['boolean', 'null'] },
        object: { type: ['object', 'null'] },
        oldObject: { type: ['object', 'null'] },
      },
    },
  },
};

const validate = new Ajv({ allErrors: true, useDefaults: true, allowUnionTypes: true }).compile<{
  request: AdmissionRequest;
}>(REVIEW_SCHEMA);

/** The request of an AdmissionReview. Throws ReviewError, which lists all problems. */
export function parseReview(body: unknown): AdmissionRequest {
  if (validate(body)) return body.request;
  const problems = (validate.errors ?? []).map(error => {
    const where = error.instancePath === '' ? 'the body' : error.instancePath.slice(1).replaceAll('/', '.');
    const allowed = error.params['allowedValues'] ?? error.params['allowedValue'];
    return `${where} ${error.message}${allowed === undefined ? '' : ` ${JSON.stringify(allowed)}`}`;
  });
  throw new ReviewError(problems.slice(0, 10));
}
