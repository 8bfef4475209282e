import type { Endpoint } from '../model/endpoint-slice.ts';
import { SLICE_CONTROLLER } from '../model/endpoint-slice.ts';
import type { Node } from '../model/node.ts';
import { allocateAutoHints } from '../topology/auto-hints.ts';

const ANY_ENDPOINT: Endpoint = {
  address: '192.0.2.1',
  ready: true,
  serving: true,
  terminating: false,
  nodeName: null,
  zone: 'any',
  hints: null,
};

/** True where this many endpoints get hints, wherever they are. */
export function suffices(endpoints: number, nodes: readonly Node[]): boolean {
  const slice = {
    namespace: '',
    name: '',
    serviceName: '',
    managedBy: SLICE_CONTROLLER,
    addressType: 'IPv4',
    proxied: true,
    ports: [],
    endpoints: Array.from({ length: endpoints }, () => ANY_ENDPOINT),
  };
  return allocateAutoHints([slice], nodes).kind === 'hints';
}

/** The next number of endpoints above the given one that suffices. */
export function endpointsNeeded(above: number, zones: number, nodes: readonly Node[]): number {
  let needed = above + 1;
  // 6 for each zone always do: rounding up costs a zone less than one, and a sixth of them is to spare.
  while (needed < 6 * zones && !suffices(needed, nodes)) needed++;
  return needed;
}
