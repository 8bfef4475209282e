import { createHash } from 'node:crypto';
import type { ApiObject } from '../../kube/writer/api-writer.ts';
import { microTime } from '../../kube/writer/micro-time.ts';

/** The limits of validation (pkg/apis/core/validation/events.go, v1.37.1), in bytes. */
const NOTE_BYTES = 1024;
const INSTANCE_BYTES = 128;
/** The name is a DNS subdomain of at most 253 characters; the Service's name takes at most 63 of them. */
const HASH_LENGTH = 16;

export const REPORTING_CONTROLLER = 'zonewise';

/** The content of one Event about a Service. */
export interface EventContent {
  readonly kind: 'found' | 'resolved';
  readonly namespace: string;
  readonly name: string;
  readonly rule: string;
  /** Distinguishes the Events of one rule. */
  readonly signature: string;
  readonly note: string;
}

export interface Regarding {
  readonly uid: string;
  readonly resourceVersion: string;
}

/**
 * Builds the Event (events.k8s.io/v1). `kubectl describe service` selects Events by the Service's uid, which is
 * required. The name is derived from content and time, so a second create of it is rejected.
 */
export function buildEvent(
  content: EventContent,
  regarding: Regarding,
  { at, instance }: { readonly at: number; readonly instance: string },
): ApiObject {
  const { namespace, name, rule, kind } = content;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { namespace, name: `${name}.${hashOf([regarding.uid, rule, kind, content.signature, String(at)])}` },
    type: kind === 'found' ? 'Warning' : 'Normal',
    reason: kind === 'found' ? upperCamel(rule) : `${upperCamel(rule)}Resolved`,
    action: 'Audit',
    note: truncateBytes(content.note, NOTE_BYTES),
    regarding: { apiVersion: 'v1', kind: 'Service', namespace, name, ...regarding },
    reportingController: REPORTING_CONTROLLER,
    reportingInstance: truncateBytes(instance, INSTANCE_BYTES),
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

/** Truncates to this many bytes of UTF-8, at a character boundary. */
export function truncateBytes(text: string, most: number): string {
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
