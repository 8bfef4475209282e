import { onTestFinished } from 'vitest';
import { NODES } from '../../../src/cluster/live/resources.ts';
import { Reflector } from '../../../src/kube/reflector/reflector.ts';
import { Store } from '../../../src/kube/reflector/store.ts';
import type { Node } from '../../../src/model/node.ts';
import { TimeSlicer } from '../../../src/runtime/time-slice.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { connectTo, type Logged, recordLog, startCluster } from '../client.ts';
import type { FakeCluster } from '../fake-cluster.ts';
import { PATHS } from '../fake-cluster.ts';

export interface Reflecting {
  readonly cluster: FakeCluster;
  readonly clock: FakeClock;
  readonly reflector: Reflector<Node>;
  readonly store: Store<Node>;
  readonly lines: readonly Logged[];
  /** The names that readers saw after each change, joined by spaces. */
  readonly views: readonly string[];
  readonly reconnects: { count: number };
  names(): string;
  /** Waits until readers see exactly these names. */
  sees(names: string): Promise<void>;
  /** Names of all objects read, in order; also those of a list in progress. */
  readonly projected: readonly string[];
  /** Starts the reflector and waits until the watch after the list is established. */
  sync(): Promise<void>;
  /** Waits until a watch is established on the server. */
  watching(): Promise<void>;
}

/** A reflector of Nodes against a fake cluster, with a stopped clock and no jitter. */
export async function reflectNodes({
  user,
  timeSlicer = new TimeSlicer(),
}: {
  user?: string;
  timeSlicer?: TimeSlicer;
} = {}): Promise<Reflecting> {
  const cluster = await startCluster();
  const clock = new FakeClock();
  const { log, lines } = recordLog();
  const store = new Store<Node>();
  const views: string[] = [];
  const reconnects = { count: 0 };
  const names = () =>
    store
      .list()
      .map(node => node.name)
      .join(' ');
  const projected: string[] = [];
  const project: typeof NODES.project = (raw, strings) => {
    const read = NODES.project(raw, strings);
    projected.push(read.name);
    return read;
  };
  const reflector = new Reflector<Node>({
    resource: { ...NODES, project },
    store,
    client: connectTo(cluster.server.url, clock, user),
    clock,
    log,
    random: () => 0,
    timeSlicer,
    onChange: () => views.push(names()),
    onReconnect: () => reconnects.count++,
  });
  onTestFinished(() => reflector.stop());
  const sees = (expected: string) => until(`"${expected}" is seen (last: "${names()}")`, () => names() === expected);
  const watching = () => until('a watch', () => cluster.watchesOf(PATHS.nodes).length === 1);
  const sync = async () => {
    reflector.start();
    await reflector.status.whenSynced;
    await watching();
  };
  return { projected, cluster, clock, reflector, store, lines, views, reconnects, names, sees, sync, watching };
}
