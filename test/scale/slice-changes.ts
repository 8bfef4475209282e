import type { Bulk } from './bulk.ts';
import { type Entry, entryObject, type Ledger } from './ledger.ts';
import { someEndpoint } from './objects.ts';
import { SLICE_ENDPOINTS, type World } from './planned-cluster.ts';
import { slicesOf } from './populate.ts';
import { pick } from './random.ts';

/** Endpoints are added, removed and moved and change their readiness; whole slices are deleted and created again. */
export class SliceChanges {
  readonly #bulk: Bulk;
  readonly #world: World;
  readonly #ledger: Ledger;
  /** Endpoints changed so far. */
  count = 0;

  constructor(bulk: Bulk, world: World, ledger: Ledger) {
    this.#bulk = bulk;
    this.#world = world;
    this.#ledger = ledger;
  }

  /** Changes up to `most` endpoints of one slice, in one request. */
  async change(most: number): Promise<void> {
    const entry = this.#free();
    entry.busy = true;
    try {
      if (entry.deleted) await this.#create(entry);
      else if (most === 1 && this.#world.random() < 0.02) await this.#delete(entry);
      else await this.#update(entry, most);
    } finally {
      entry.busy = false;
    }
  }

  #free(): Entry {
    for (;;) {
      const entry = pick(this.#ledger.entries, this.#world.random);
      if (!entry.busy) return entry;
    }
  }

  async #update(entry: Entry, most: number): Promise<void> {
    const changes = Math.max(1, Math.min(most, entry.endpoints.length));
    for (let change = 0; change < changes; change++) this.#changeOne(entry);
    await this.#bulk.send({ method: 'PUT', path: pathOf(entry), body: entryObject(entry) });
    this.count += changes;
  }

  async #delete(entry: Entry): Promise<void> {
    await this.#bulk.send({ method: 'DELETE', path: pathOf(entry) });
    entry.deleted = true;
    this.count += entry.endpoints.length;
  }

  async #create(entry: Entry): Promise<void> {
    await this.#bulk.send({ method: 'POST', path: slicesOf(entry.member.namespace), body: entryObject(entry) });
    entry.deleted = false;
    this.count += entry.endpoints.length;
  }

  #changeOne({ member, endpoints }: Entry): void {
    const { random } = this.#world;
    const index = Math.floor(random() * endpoints.length);
    const known = endpoints[index];
    const kind = random();
    if (!known || (kind < 0.05 && endpoints.length < SLICE_ENDPOINTS))
      endpoints.push(someEndpoint(this.#world, member));
    else if (kind < 0.1) endpoints.splice(index, 1);
    else if (kind < 0.3) endpoints[index] = { ...known, conditions: readiness(!known.conditions.ready) };
    else endpoints[index] = someEndpoint(this.#world, member);
  }
}

function readiness(ready: boolean) {
  return { ready, serving: ready, terminating: false };
}

function pathOf({ member, number }: Entry): string {
  return `${slicesOf(member.namespace)}/${member.name}-${number}`;
}
