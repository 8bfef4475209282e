import { asList, asObject, asString, asStringMap, asStrings, isObject } from '../../model/raw.ts';

/** One element of an instant vector. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  /** NaN if the element has no number: a native histogram, or no value at all. */
  readonly value: number;
}

/** The result of an instant query. */
export interface InstantVector {
  readonly samples: readonly Sample[];
  /** Reasons why the result may be incomplete, as the server words them. */
  readonly warnings: readonly string[];
  /** Remarks about the query, as the server words them. */
  readonly infos: readonly string[];
}

export type Answer =
  | { readonly kind: 'vector'; readonly vector: InstantVector }
  | { readonly kind: 'error'; readonly type: string; readonly message: string }
  | { readonly kind: 'wrong-type'; readonly resultType: string }
  | { readonly kind: 'unknown' };

/** Reads the body of `/api/v1/query`, docs/querying/api.md of Prometheus. `unknown`: it is not such a body. */
export function parseAnswer(text: string): Answer {
  const body = parsed(text);
  if (body?.status === 'error') {
    return { kind: 'error', type: asString(body.errorType), message: asString(body.error) };
  }
  if (body?.status !== 'success') return { kind: 'unknown' };
  const { resultType, result } = asObject(body.data);
  if (typeof resultType !== 'string' || !Array.isArray(result)) return { kind: 'unknown' };
  if (resultType !== 'vector') return { kind: 'wrong-type', resultType };
  const samples = result.map(element => {
    const { metric, value } = asObject(element);
    return { labels: asStringMap(metric), value: numberOf(asList(value)[1]) };
  });
  return {
    kind: 'vector',
    vector: { samples, warnings: asStrings(body.warnings), infos: asStrings(body.infos) },
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    // The error of JSON.parse quotes the body.
    return null;
  }
}

/** Numbers are texts, so that NaN and infinity are possible. */
function numberOf(value: unknown): number {
  if (value === '+Inf') return Number.POSITIVE_INFINITY;
  if (value === '-Inf') return Number.NEGATIVE_INFINITY;
  return typeof value === 'string' && /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(value) ? Number(value) : Number.NaN;
}
