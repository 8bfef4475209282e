import type { ApiObject } from '../../kube/writer/api-writer.ts';
import { asObject, asString, isObject } from '../../model/raw.ts';

/** What was announced last of one rule and one Service. */
export interface Said {
  readonly signature: string;
  /** When the finding was first seen, in milliseconds since the epoch. */
  readonly since: number;
}

/** By `namespace/name` of the Service, then by rule. */
export type Announced = ReadonlyMap<string, ReadonlyMap<string, Said>>;

/**
 * What outlives a leader: what has been announced, and the Events that are decided upon and perhaps not posted yet. Both
 * are written in one step before anything is posted, so that a successor posts what is left and repeats nothing.
 */
export interface AuditRecord {
  readonly announced: Announced;
  readonly outbox: readonly ApiObject[];
}

export const EMPTY_RECORD: AuditRecord = { announced: new Map(), outbox: [] };

/**
 * With the longest names an entry takes some 200 bytes and the outbox 40 KiB, which stays below the 1 MiB that a
 * ConfigMap may hold.
 */
export const MOST_ANNOUNCED = 4_000;

/** Whatever of the ConfigMap can be read; somebody may have edited it. */
export function readRecord(configMap: ApiObject | null): AuditRecord {
  const data = asObject(configMap?.data);
  const announced = new Map<string, ReadonlyMap<string, Said>>();
  for (const [key, rules] of Object.entries(asObject(parse(asString(data.announced))))) {
    const entries = Object.entries(asObject(rules)).flatMap(([rule, text]) => {
      const said = parseSaid(asString(text));
      return said ? [[rule, said] as const] : [];
    });
    if (key.includes('/') && entries.length > 0) announced.set(key, new Map(entries));
  }
  const outbox = parse(asString(data.outbox));
  return { announced, outbox: Array.isArray(outbox) ? outbox.filter(isObject) : [] };
}

/** The ConfigMap's data. Deterministic, so that people can compare. */
export function renderRecord({ announced, outbox }: AuditRecord): Readonly<Record<string, string>> {
  const entries = [...announced]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, rules]) => [
      key,
      Object.fromEntries([...rules].map(([rule, { signature, since }]) => [rule, `${signature}@${toSeconds(since)}`])),
    ]);
  return { announced: JSON.stringify(Object.fromEntries(entries)), outbox: JSON.stringify(outbox) };
}

function toSeconds(millis: number): number {
  return Math.floor(millis / 1000);
}

function parseSaid(text: string): Said | null {
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
