import type { Random } from '../random.ts';
import type { RawEndpoint, RawNode, RawSlice } from './objects.ts';
import { HEADLESS, PROXY_NAME } from './objects.ts';

/** Changes to slices that a user, another controller or a race may cause. */
export function disturbSlices(
  random: Random,
  slices: RawSlice[],
  at: { nodes: readonly RawNode[]; minor: number },
): void {
  const { minor } = at;
  for (const slice of slices) {
    if (random.chance(0.06)) slice.metadata.labels[HEADLESS] = '';
    // Before 1.36 this label hides the slice from kube-proxy, which the compact model does not keep.
    if (minor >= 36 && random.chance(0.04)) slice.metadata.labels[PROXY_NAME] = 'another-proxy';
    if (random.chance(0.2)) disturbPorts(random, slice, minor);
    for (const endpoint of slice.endpoints) if (random.chance(0.3)) disturbEndpoint(random, endpoint, at);
    if (random.chance(0.3)) repeatAddress(random, { slices, slice, minor });
  }
  const first = slices[0];
  if (first && random.chance(0.05)) slices.push({ ...nameless(first), addressType: 'FQDN' });
}

function nameless(slice: RawSlice): RawSlice {
  const copy = structuredClone(slice);
  copy.metadata.name += '-fqdn';
  copy.endpoints = [{ addresses: ['backend.example.test'], conditions: { ready: true } }];
  return copy;
}

/** kube-proxy 1.30 panics on a slice of several ports if one has no number (endpointslicecache.go byPort). */
const PORT_WITHOUT_NUMBER_MINOR = 33;

function disturbPorts(random: Random, slice: RawSlice, minor: number): void {
  const port = slice.ports[0];
  if (!port) return;
  switch (random.int(6)) {
    case 0:
      if (minor >= PORT_WITHOUT_NUMBER_MINOR) delete port.port;
      break;
    case 1:
      delete port.name;
      break;
    case 2:
      delete port.protocol;
      break;
    case 3:
      port.protocol = 'UDP';
      break;
    case 4:
      slice.ports.push({ ...port, name: 'unknown-to-the-service' });
      break;
    default:
      // The same name with another protocol is another port to kube-proxy.
      slice.ports.push({ ...port, protocol: port.protocol === 'UDP' ? 'TCP' : 'UDP', port: 7777 });
  }
}

function disturbEndpoint(
  random: Random,
  endpoint: RawEndpoint,
  at: { nodes: readonly RawNode[]; minor: number },
): void {
  switch (random.int(7)) {
    case 0:
    case 1:
      endpoint.conditions = anyConditions(random);
      break;
    case 2:
      delete endpoint.nodeName;
      break;
    case 3:
      endpoint.nodeName = random.chance(0.5) ? 'node-gone' : random.pick(at.nodes).metadata.name;
      break;
    case 4:
      delete endpoint.zone;
      break;
    case 5:
      // Never '': the controller leaves the field out (k8s.io/endpointslice utils.go podToEndpoint).
      endpoint.zone = random.pick(['zone-a', 'zone-b', 'zone-gone']);
      break;
    default:
      respell(random, endpoint, at.minor);
  }
}

function anyConditions(random: Random): RawEndpoint['conditions'] {
  const conditions: RawEndpoint['conditions'] = {};
  for (const name of ['ready', 'serving', 'terminating'] as const) {
    const value = random.pick([null, true, false]);
    if (value !== null) conditions[name] = value;
  }
  return conditions;
}

/** kube-proxy 1.30 names an endpoint as the slice spells it, which is only a matter of spelling. */
const CANONICAL_NAMES_MINOR = 33;

function respell(random: Random, endpoint: RawEndpoint, minor: number): void {
  const [address = ''] = endpoint.addresses;
  if (random.chance(0.2)) endpoint.addresses = [];
  else if (address.includes(':') && minor < CANONICAL_NAMES_MINOR) return;
  // Only once: with the zeros of a second time it would not be an address any more, and no API server stores that.
  else if (address.includes(':') && !address.includes(':000::')) {
    endpoint.addresses = [address.replace('::', ':0:0:000::').toUpperCase()];
  } else endpoint.addresses.push(address.replace('10.1.', '10.3.'));
}

/**
 * kube-proxy 1.30 sorts a slice's endpoints with sort.Sort, which keeps the order of equal addresses in short lists only
 * (endpointslicecache.go newEndpointSliceData).
 */
const SLICE_ORDER_COUNTS_MINOR = 33;
const STABLY_SORTED = 12;

/** A Pod that moved to another slice is in both for a moment; so is an address that was assigned to another Pod. */
function repeatAddress(random: Random, of: { slices: readonly RawSlice[]; slice: RawSlice; minor: number }): void {
  const { slices, slice, minor } = of;
  if (slice.endpoints.length === 0) return;
  const twin = structuredClone(random.pick(slice.endpoints));
  const target = random.pick(slices.filter(s => s.addressType === slice.addressType));
  if (minor < SLICE_ORDER_COUNTS_MINOR && target.endpoints.length >= STABLY_SORTED) return;
  if (random.chance(0.7)) twin.conditions = { ready: false, serving: random.chance(0.7), terminating: true };
  if (random.chance(0.3)) twin.conditions = anyConditions(random);
  target.endpoints.splice(random.int(target.endpoints.length + 1), 0, twin);
}
