import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import { createAudit } from '../../../src/controller/audit/audit.ts';
import { createAuditMetrics } from '../../../src/controller/audit/metrics.ts';
import type { SubscriberFactory } from '../../../src/controller/audit/subscriber.ts';
import { createReportMetrics } from '../../../src/controller/reports/metrics.ts';
import type { ReportSettings } from '../../../src/controller/reports/settings.ts';
import { DEFAULT_POLICY, type Policy } from '../../../src/engine/policy.ts';
import type { ApiObject } from '../../../src/kube/writer/api-writer.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { asObject, asString } from '../../../src/model/raw.ts';
import type { TimeSource } from '../../../src/runtime/time-slice.ts';
import { FakeStore } from '../../kube/writer/fake-object-api.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { AuditedCluster } from './audited-cluster.ts';

export const RECORD = '/api/v1/namespaces/zonewise/configmaps/zonewise-audit';

/** Runs everything that does not wait for a timer. */
export async function drainEventLoop(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await new Promise(resolve => setImmediate(resolve));
}

/** A time source by which work takes equally long on every machine. */
export function fakeTimeSlicer(): TimeSource {
  let time = 0;
  return {
    stopwatch: () => {
      time += 0.1;
      return time;
    },
    yieldToEventLoop: () => new Promise(resolve => setImmediate(resolve)),
  };
}

export interface Leader {
  readonly log: readonly { readonly level: string; readonly message: string; readonly fields: object }[];
  readonly metrics: () => Promise<string>;
  readonly port: () => number;
  /** As if the lease was lost, or the process ended. */
  stop(): Promise<void>;
}

export interface PostedEvent {
  readonly service: string;
  readonly type: string;
  readonly reason: string;
  readonly note: string;
}

/** A cluster, the objects of an API server, and any number of leaders. */
export class AuditHarness {
  readonly clock = new FakeClock();
  readonly cluster = new AuditedCluster(this.clock);
  readonly store = new FakeStore();
  policy: Policy = DEFAULT_POLICY;

  constructor(manifests: string) {
    this.apply(manifests);
  }

  /** Also adds Services to the API server, each with a uid. */
  apply(manifests: string): void {
    this.cluster.apply(manifests);
    for (const { namespace, name } of this.cluster.topology.services()) {
      const path = `/api/v1/namespaces/${namespace}/services/${name}`;
      if (!this.store.peek(path)) this.store.put(path, { metadata: { namespace, name, uid: `uid-of-${name}` } });
    }
  }

  async lead({
    listen = '',
    createSubscriber,
    reports = null,
  }: {
    listen?: string;
    createSubscriber?: SubscriberFactory;
    reports?: ReportSettings | null;
  } = {}): Promise<Leader> {
    const log: { level: string; message: string; fields: object }[] = [];
    const registry = new Registry();
    const audit = createAudit({
      connect: async () => this.cluster,
      store: this.store,
      namespace: 'zonewise',
      instance: 'controller-1',
      policy: () => this.policy,
      debounceMs: () => 2_000,
      listen,
      reports,
      reportMetrics: createReportMetrics(registry),
      createSubscriber,
      clock: this.clock,
      log: (level, message, fields) => void log.push({ level, message, fields }),
      metrics: createAuditMetrics(registry),
      time: fakeTimeSlicer(),
    });
    const term = new AbortController();
    const done = audit.run(term.signal);
    const stop = async () => {
      term.abort();
      await done;
    };
    onTestFinished(stop);
    await drainEventLoop();
    return { log, metrics: () => registry.metrics(), port: () => audit.port, stop };
  }

  /** Advances the clock in steps of a second, which is fine enough for these tests. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.clock.advance(1_000);
      await drainEventLoop();
    }
  }

  /** All Events in order of creation. */
  get events(): readonly ApiObject[] {
    return this.store.writes.filter(({ path }) => path.startsWith('/apis/events.k8s.io/')).map(({ object }) => object);
  }

  get postedEvents(): readonly PostedEvent[] {
    return this.events.map(event => ({
      service: asString(asObject(event.regarding).name),
      type: asString(event.type),
      reason: asString(event.reason),
      note: asString(event.note),
    }));
  }
}

export function finding(name: string, more: Partial<Finding> = {}): Finding {
  return {
    rule: 'some-rule',
    level: 'warn',
    message: 'something [some-rule]',
    object: { kind: 'Service', namespace: name.split('/')[0] ?? '', name: name.split('/')[1] ?? '' },
    path: 'spec',
    nodes: [],
    zones: [],
    fix: null,
    introduced: false,
    denial: null,
    url: null,
    evidence: { hints: 'unused', topologyAgeSeconds: 0, dataPlane: '', kubernetesVersion: '', source: '' },
    ...more,
  };
}
