import { createHash } from 'node:crypto';
import type { ApiObject } from '../../kube/writer/api-writer.ts';
import { microTime } from '../../kube/writer/micro-time.ts';

/** Validation's limits (pkg/apis/core/validation/events.go, v1.37.1), in bytes. */
const NOTE_BYTES = 1024;
const INSTANCE_BYTES = 128;
/** A name is a DNS subdomain; a Service's own has at most 63 of its 253 characters. */
const HASH_LENGTH = 16;

export const REPORTING_CONTROLLER = 'zonewise';

/** One thing to be told about one Service. */
export interface News {
  readonly kind: 'found' | 'resolved';
  readonly namespace: string;
  readonly name: string;
  readonly rule: string;
  /** Tells it from other news of the same rule. */
  readonly signature: string;
  readonly note: string;
}

export interface Regarding {
  readonly uid: string;
  readonly resourceVersion: string;
}

/**
 * The Event (events.k8s.io/v1) that tells it. `kubectl describe service` asks for Events by the uid of the Service, so
 * there must be one. The name follows from the content and the moment: created twice it is refused the second time.
 */
export function eventOf(
  news: News,
  regarding: Regarding,
  { at, instance }: { readonly at: number; readonly instance: string },
): ApiObject {
  const { namespace, name, rule, kind } = news;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { namespace, name: `${name}.${hashOf([regarding.uid, rule, kind, news.signature, String(at)])}` },
    type: kind === 'found' ? 'Warning' : 'Normal',
    reason: kind === 'found' ? upperCamel(rule) : `${upperCamel(rule)}Resolved`,
    action: 'Audit',
    note: cutBytes(news.note, NOTE_BYTES),
    regarding: { apiVersion: 'v1', kind: 'Service', namespace, name, ...regarding },
    reportingController: REPORTING_CONTROLLER,
    reportingInstance: cutBytes(instance, INSTANCE_BYTES),
    eventTime: microTime(at),
  };
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, HASH_LENGTH);
}

/** `zone-hints-blocked` → `ZoneHintsBlocked`. */
export function upperCamel(id: string): string {
  return id.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** At most so many bytes of UTF-8, whole characters only. */
export function cutBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  let bytes = 3;
  let kept = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    kept += character;
  }
  return `${kept}...`;
}
