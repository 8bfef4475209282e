import { onTestFinished } from 'vitest';
import { AuditLoop } from '../../../src/controller/audit/loop.ts';
import { DEFAULT_POLICY, type Policy } from '../../../src/engine/policy.ts';
import type { Overview, ServiceRow } from '../../../src/ui/api.ts';
import { readAssets } from '../../../src/ui/server/assets.ts';
import { UiModel } from '../../../src/ui/server/ui-model.ts';
import { folder } from '../../cli/terminal.ts';
import { drainEventLoop, fakeTimeSlicer } from '../../controller/audit/audit-harness.ts';
import { AuditedCluster } from '../../controller/audit/audited-cluster.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** Stand-in for the built page; only its file names matter. */
export function builtPage(): string {
  return folder({
    'index.html': '<!doctype html><title>zonewise</title>',
    'assets/index-1a2b3c.js': 'export {};',
    'assets/index-1a2b3c.css': 'body {}',
    'assets/index-1a2b3c.js.map': '{}',
    'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  });
}

/** A cluster and its UI model, updated by the audit. */
export class PageLab {
  readonly clock = new FakeClock();
  readonly cluster = new AuditedCluster(this.clock);
  readonly assets = readAssets(builtPage());
  policy: Policy = DEFAULT_POLICY;
  yields = 0;
  readonly view = new UiModel({
    cluster: this.cluster,
    policy: () => this.policy,
    source: { kind: 'live', name: this.cluster.address },
  });

  constructor(manifests = '') {
    this.cluster.apply(manifests);
  }

  /** Starts the audit loop. The first time slice has ended when this resolves. */
  async start(): Promise<void> {
    const time = fakeTimeSlicer();
    const yieldToEventLoop = () => {
      this.yields++;
      return time.yieldToEventLoop();
    };
    const { cluster, clock, view: observer } = this;
    const loop = new AuditLoop({
      cluster,
      policy: () => this.policy,
      debounceMs: () => 200,
      observer,
      clock,
      log: () => {},
      time: { ...time, yieldToEventLoop },
    });
    const end = new AbortController();
    cluster.topology.onChange(() => observer.notifyChanged());
    const done = loop.run(end.signal);
    onTestFinished(async () => {
      end.abort();
      await done;
    });
    await drainEventLoop();
  }

  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.clock.advance(1_000);
      await drainEventLoop();
    }
  }

  get overview(): Overview {
    return JSON.parse(this.view.overview());
  }

  row(name: string): ServiceRow | undefined {
    return this.overview.services.find(service => `${service.namespace}/${service.name}` === name);
  }
}
