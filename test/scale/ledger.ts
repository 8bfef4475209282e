import { type KubeObject, plannedEndpoints, type SliceEndpoint, sliceObject } from './objects.ts';
import type { World } from './planned-cluster.ts';
import { type Member, SLICE_ENDPOINTS } from './planned-cluster.ts';

/** One EndpointSlice as it should be in the API server. */
export interface Entry {
  readonly member: Member;
  readonly number: number;
  readonly endpoints: SliceEndpoint[];
  /** A change of it is in flight. */
  busy: boolean;
  /** Currently deleted in the API server. */
  deleted: boolean;
}

/** The written slices, so that each change can write the whole slice without reading it first. */
export class Ledger {
  readonly entries: readonly Entry[];

  constructor(world: World) {
    this.entries = world.members.flatMap(member => {
      const endpoints = plannedEndpoints(world, member);
      const slices = Math.ceil(endpoints.length / SLICE_ENDPOINTS);
      return Array.from({ length: slices }, (_, number) => ({
        member,
        number,
        endpoints: endpoints.slice(number * SLICE_ENDPOINTS, (number + 1) * SLICE_ENDPOINTS),
        busy: false,
        deleted: false,
      }));
    });
  }

  get endpoints(): number {
    return this.entries.reduce((sum, { endpoints }) => sum + endpoints.length, 0);
  }
}

export function entryObject({ member, number, endpoints }: Entry): KubeObject {
  return sliceObject(member, number, endpoints);
}
