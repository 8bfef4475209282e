import type { Marker, Operation, ReviewInput, ReviewScenario } from './reviews.ts';
import { MARKERS, reviewBody } from './reviews.ts';
import { otherService } from './topology.ts';

/**
 * The difference between one review and the next: the whole Service (`services`), its target port (`ports`), the object's UID
 * (`uid`), the review's UID alone (`repeat`); `mix` is nine parts `uid` over a hundred Services and one part `services`.
 */
export type Variant = 'services' | 'ports' | 'uid' | 'mix' | 'repeat';

export interface Workload {
  readonly variant: Variant;
  readonly scenario: ReviewScenario;
  readonly operation: Operation;
  /** The Service under review if the variant does not choose it. */
  readonly name: string;
  readonly namespace?: string;
  /** `true`: the Services of `services` are not in the cluster yet. */
  readonly isNew?: boolean;
}

/** One review with the places that change, before the numbers are written into it. */
export interface Template {
  readonly bytes: Buffer;
  readonly places: readonly (readonly [marker: Marker, at: number])[];
}

const HOT_SERVICES = 100;
const NEW_SERVICES = 10_000;
const CHANGED: Readonly<Record<Exclude<Variant, 'mix'>, readonly Marker[]>> = {
  services: ['review', 'object', 'label', 'port', 'target'],
  ports: ['review', 'object', 'target'],
  uid: ['review', 'object'],
  repeat: ['review'],
};

/** Returns the template of the n-th review. `services` is the number of Services of the cluster that take turns. */
export function templatesOf(workload: Workload, services: number): (n: number) => Template {
  const make = (variant: keyof typeof CHANGED, input: Partial<ReviewInput>) =>
    templateOf(reviewBody({ ...workload, ...input }), CHANGED[variant]);
  const { variant, isNew = false } = workload;
  const each = (count: number, input: (index: number) => Partial<ReviewInput>, changed: keyof typeof CHANGED) =>
    Array.from({ length: count }, (_, index) => make(changed, input(index)));
  if (variant === 'services' || variant === 'mix') {
    const ports = [{ name: 'http', port: Number(MARKERS.port), targetPort: Number(MARKERS.target) }];
    const named = (index: number) => (isNew ? { name: `new-${index}` } : otherService(index));
    const namespace = workload.namespace === undefined ? {} : { namespace: workload.namespace };
    const fresh = each(isNew ? NEW_SERVICES : services, i => ({ ...named(i), ...namespace, ports }), 'services');
    if (variant === 'services') return n => at(fresh, n);
    const hot = each(HOT_SERVICES, named, 'uid');
    return n => (n % 10 === 0 ? at(fresh, n / 10) : at(hot, n));
  }
  const target = [{ name: 'http', port: 80, targetPort: Number(MARKERS.target) }];
  const oldPorts = [{ name: 'http', port: 80, targetPort: 8080 }];
  const only = make(variant, variant === 'ports' ? { ports: target, oldPorts } : {});
  return () => only;
}

/** The n-th review: a copy of its template with n in every place that changes. */
export function numbered({ bytes, places }: Template, n: number): Buffer {
  const copy = Buffer.from(bytes);
  const id = String(n).padStart(MARKERS.review.length, '0');
  for (const [marker, at] of places) {
    copy.write(marker === 'port' ? portOf(n) : marker === 'target' ? portOf(n * 7) : id, at, 'latin1');
  }
  return copy;
}

function portOf(n: number): string {
  return String(10_000 + (n % 50_000));
}

function templateOf(bytes: Buffer, markers: readonly Marker[]): Template {
  const places: (readonly [Marker, number])[] = [];
  for (const marker of markers) {
    const text = MARKERS[marker];
    for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length)) places.push([marker, at]);
  }
  return { bytes, places };
}

function at(templates: readonly Template[], n: number): Template {
  const found = templates[n % templates.length];
  if (!found) throw new RangeError('no templates');
  return found;
}
