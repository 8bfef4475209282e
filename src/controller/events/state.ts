import type { ApiObject } from '../../kube/writer/api-writer.ts';
import { asObject, asString, isObject } from '../../model/raw.ts';

/** The finding last published for one rule and one Service. */
export interface PublishedFinding {
  readonly signature: string;
  /** When the finding was first seen, in milliseconds since the epoch. */
  readonly since: number;
}

/** By `namespace/name` of the Service, then by rule. */
export type PublishedFindings = ReadonlyMap<string, ReadonlyMap<string, PublishedFinding>>;

/**
 * The state that outlives a leader: published findings, and Events not confirmed as posted. Both are stored in one
 * write before posting, so a new leader posts the rest and repeats nothing.
 */
export interface AuditState {
  readonly published: PublishedFindings;
  readonly outbox: readonly ApiObject[];
}

export const EMPTY_STATE: AuditState = { published: new Map(), outbox: [] };

/** With the longest names an entry takes 200 bytes and the outbox 40 KiB, below the 1 MiB limit of a ConfigMap. */
export const MAX_PUBLISHED_FINDINGS = 4_000;

/** Parses the ConfigMap and skips invalid parts, since a user may have edited it. */
export function readState(configMap: ApiObject | null): AuditState {
  const data = asObject(configMap?.data);
  const published = new Map<string, ReadonlyMap<string, PublishedFinding>>();
  for (const [key, rules] of Object.entries(asObject(parse(asString(data.published))))) {
    const entries = Object.entries(asObject(rules)).flatMap(([rule, text]) => {
      const published = parsePublished(asString(text));
      return published ? [[rule, published] as const] : [];
    });
    if (key.includes('/') && entries.length > 0) published.set(key, new Map(entries));
  }
  const outbox = parse(asString(data.outbox));
  return { published, outbox: Array.isArray(outbox) ? outbox.filter(isObject) : [] };
}

/** The ConfigMap's data, in a deterministic order so that users can compare it. */
export function renderState({ published, outbox }: AuditState): Readonly<Record<string, string>> {
  const entries = [...published]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, rules]) => [
      key,
      Object.fromEntries([...rules].map(([rule, { signature, since }]) => [rule, `${signature}@${toSeconds(since)}`])),
    ]);
  return { published: JSON.stringify(Object.fromEntries(entries)), outbox: JSON.stringify(outbox) };
}

function toSeconds(millis: number): number {
  return Math.floor(millis / 1000);
}

function parsePublished(text: string): PublishedFinding | null {
  const match = /^([\w-]+)@(\d{1,12})$/.exec(text);
  return match?.[1] ? { signature: match[1], since: Number(match[2]) * 1000 } : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
