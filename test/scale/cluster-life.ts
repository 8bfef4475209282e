import type { Bulk, BulkRequest } from './bulk.ts';
import type { World } from './planned-cluster.ts';
import { NODES, servicesOf } from './populate.ts';
import { pick } from './random.ts';

/** Other activity in a cluster while endpoints change: kubelets report, nodes fail and recover, users apply. */
export class ClusterLife {
  readonly #bulk: Bulk;
  readonly #world: World;
  readonly #unready = new Set<string>();
  applied = 0;
  heartbeats = 0;

  constructor(bulk: Bulk, world: World) {
    this.#bulk = bulk;
    this.#world = world;
  }

  /** A kubelet's report with only a new time. */
  async heartbeat(): Promise<void> {
    const { node } = pick(this.#world.places, this.#world.random);
    await this.#bulk.send(this.#condition(node, !this.#unready.has(node)));
    this.heartbeats++;
  }

  async nodeTurns(): Promise<void> {
    const { node } = pick(this.#world.places, this.#world.random);
    const ready = this.#unready.delete(node);
    if (!ready) this.#unready.add(node);
    await this.#bulk.send(this.#condition(node, ready));
  }

  /** A user applies a Service, which the API server sends to zonewise. */
  async apply(): Promise<void> {
    const { members, random } = this.#world;
    const { namespace, name } = pick(members, random);
    const trafficDistribution = pick(['PreferSameZone', 'PreferSameNode', null], random);
    const internalTrafficPolicy = pick(['Local', 'Cluster', 'Cluster'], random);
    await this.#bulk.send({
      method: 'PATCH',
      path: `${servicesOf(namespace)}/${name}`,
      body: { spec: { trafficDistribution, internalTrafficPolicy } },
    });
    this.applied++;
  }

  /** All conditions, because a merge patch replaces the list. */
  #condition(node: string, ready: boolean): BulkRequest {
    const lastHeartbeatTime = new Date().toISOString();
    const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False', lastHeartbeatTime }];
    return { method: 'PATCH', path: `${NODES}/${node}/status`, body: { status: { conditions } } };
  }
}
