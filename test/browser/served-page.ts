import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { AuditLoop } from '../../src/controller/audit/loop.ts';
import type { AuditObserver } from '../../src/controller/audit/observer.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import { ASSUMED_KUBE_PROXY } from '../../src/model/data-plane.ts';
import type { ClusterFacts, Topology } from '../../src/model/topology.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { delegatingTopology } from '../../src/topology/topology-view.ts';
import { readAssets } from '../../src/ui/server/assets.ts';
import { listenForUi } from '../../src/ui/server/listener.ts';
import { UiModel } from '../../src/ui/server/ui-model.ts';

const BUILT_PAGE = join(import.meta.dirname, '../../dist/page');

export const FACTS: ClusterFacts = {
  version: { minor: 37 },
  dataPlanes: ASSUMED_KUBE_PROXY,
  now: Date.parse('2026-06-01T12:00:00Z'),
  topologyAgeSeconds: 0,
};

export interface ServedPage {
  /** Ends with a slash. */
  readonly url: string;
  /** Replaces the cluster. */
  show(topology: Topology): void;
  /** Resolves when every Service has been evaluated. */
  readonly complete: Promise<void>;
}

/** Serves the UI of a cluster with the server of `zonewise ui`, on a free port, until the test ends. */
export async function servePage(topology: Topology): Promise<ServedPage> {
  let current = topology;
  const listeners = new Set<() => void>();
  const onChange = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const cluster = {
    topology: { ...delegatingTopology(() => current), onChange },
    whenReady: Promise.resolve(),
    facts: () => FACTS,
  };
  const policy = () => DEFAULT_POLICY;
  const view = new UiModel({ cluster, policy, source: { kind: 'files', name: 'cluster.yaml' } });
  const clock = systemClock();
  const assets = readAssets(BUILT_PAGE);
  const page = await listenForUi({ host: '127.0.0.1', ports: [0] }, { view, assets, clock });
  const end = new AbortController();
  let passed = () => {};
  const complete = new Promise<void>(resolve => {
    passed = resolve;
  });
  const observer: AuditObserver = {
    onEvaluated: (key, evaluation, by) => view.onEvaluated(key, evaluation, by),
    onUnchanged: (key, by) => view.onUnchanged(key, by),
    onDeleted: key => view.onDeleted(key),
    onPassCompleted: () => {
      view.onPassCompleted();
      passed();
    },
  };
  onChange(() => view.notifyChanged());
  const loop = new AuditLoop({ cluster, policy, debounceMs: () => 20, observer, clock, log: () => {} });
  const done = loop.run(end.signal);
  onTestFinished(async () => {
    end.abort();
    await page.close();
    await done;
  });
  return {
    url: `http://127.0.0.1:${page.port}/`,
    complete,
    show: next => {
      current = next;
      for (const listener of listeners) listener();
    },
  };
}
