import type { Workload } from '../../model/workload.ts';
import type { Clock } from '../../runtime/clock.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';
import { type ListObjects, readWorkloads } from './workloads.ts';

export interface NamespaceWorkloads {
  readonly workloads: readonly Workload[];
  /** Why there are none; `null` if they were read. */
  readonly unknownBecause: string | null;
}

const MAX_AGE_MS = 10_000;
const TIMEOUT_MS = 5_000;
const MAX_NAMESPACES = 100;
const MAX_OBJECTS = 10_000;

interface Kept {
  readonly result: Promise<NamespaceWorkloads>;
  readonly at: number;
}

/** Reads the workloads of a namespace when they are asked for: a live topology does not watch them. */
export class WorkloadLookup {
  readonly #list: ListObjects;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(list: ListObjects, clock: Clock) {
    this.#list = list;
    this.#clock = clock;
  }

  /** Up to 10 s old. Never throws, and answers within 5 s. */
  find(namespace: string): Promise<NamespaceWorkloads> {
    const at = this.#clock.monotonicMs();
    const known = this.#kept.get(namespace);
    if (known && at - known.at < MAX_AGE_MS) return known.result;
    if (this.#kept.size >= MAX_NAMESPACES) this.#kept.clear();
    const result = this.#inTime(namespace);
    this.#kept.set(namespace, { result, at });
    return result;
  }

  async #inTime(namespace: string): Promise<NamespaceWorkloads> {
    const late = Promise.withResolvers<NamespaceWorkloads>();
    const seconds = TIMEOUT_MS / 1000;
    const cancel = this.#clock.setTimer(TIMEOUT_MS, () => late.resolve(unknown(`no answer within ${seconds} s`)));
    const read = this.#read(namespace).catch((error: unknown) => unknown(errorMessageWithCause(error)));
    return Promise.race([late.promise, read]).finally(cancel);
  }

  async #read(namespace: string): Promise<NamespaceWorkloads> {
    let objects = 0;
    const list = this.#list;
    const counted: ListObjects = async function* (path) {
      for await (const raw of list(path)) {
        if (++objects > MAX_OBJECTS) throw new Error(`the namespace has more than ${MAX_OBJECTS} workloads`);
        yield raw;
      }
    };
    const byNamespace = await readWorkloads(counted, namespace);
    return { workloads: byNamespace.get(namespace) ?? [], unknownBecause: null };
  }
}

function unknown(reason: string): NamespaceWorkloads {
  return { workloads: [], unknownBecause: `the workloads could not be read: ${reason}` };
}
