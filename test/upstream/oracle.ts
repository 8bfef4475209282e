import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { RawCluster, RawHints } from './generate/objects.ts';

/** CategorizeEndpoints' four results for one Service port on one node, endpoints as `ip:port`, sorted. */
export interface PortView {
  readonly cluster: readonly string[] | null;
  readonly local: readonly string[] | null;
  readonly reachable: readonly string[];
  readonly hasAny: boolean;
}

/** Node → `port/family` → every possible view: more than one only if upstream depends on map order. */
export type NodeViews = Readonly<Record<string, Readonly<Record<string, readonly PortView[]>>>>;

export interface Prediction {
  readonly path: 'reconciler' | 'heuristics' | 'untouched';
  /** Every observed outcome: slice name → hints per endpoint, in order. */
  readonly outcomes: readonly Readonly<Record<string, readonly (RawHints | null)[]>>[];
  /** The views of the nodes after these hints are written; null for topology-mode Auto, for which outcomes may differ. */
  readonly nodes: NodeViews | null;
}

/** By `namespace/name` of the Service. */
export interface Answer {
  readonly error?: string;
  readonly observed: Readonly<Record<string, NodeViews>>;
  readonly predicted: Readonly<Record<string, Prediction>>;
}

/** How often the oracle repeats code that depends on Go's map order. */
export const USUAL_RUNS = 64;

/** A Go program as a child process that answers one request at a time, a line of JSON each. */
export class Child {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor(binary: string) {
    this.#child = spawn(binary, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async query(request: unknown): Promise<unknown> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return JSON.parse(await this.line());
  }

  stop(): void {
    this.#child.stdin.end();
  }

  async line(): Promise<string> {
    const next = await this.#lines.next();
    if (next.done) throw new Error('the oracle ended before it answered');
    return next.value;
  }
}

/** The oracle of kube-proxy and the EndpointSlice controller. */
export class Oracle {
  readonly #child: Child;

  private constructor(child: Child) {
    this.#child = child;
  }

  /** Starts the binary; resolves with it and the line that identifies it. */
  static async start(binary: string): Promise<{ oracle: Oracle; hello: string }> {
    const child = new Child(binary);
    return { oracle: new Oracle(child), hello: await child.line() };
  }

  async query(cluster: RawCluster, runs = USUAL_RUNS): Promise<Answer> {
    return (await this.#child.query({ ...cluster, runs })) as Answer;
  }

  stop(): void {
    this.#child.stop();
  }
}
