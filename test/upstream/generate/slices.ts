import type { Random } from '../random.ts';
import { disturbSlices } from './disorder.ts';
import type { Family, Labels, RawEndpoint, RawNode, RawService, RawSlice, RawSlicePort } from './objects.ts';
import { CONTROLLER, HEADLESS, MANAGED_BY, MIRRORING, SERVICE_NAME, TOPOLOGY_MODE, ZONE } from './objects.ts';

/** The slices of one Service: mostly as a controller would write them, sometimes as none ever would. */
export function generateSlices(
  random: Random,
  service: RawService,
  at: { nodes: readonly RawNode[]; minor: number },
): RawSlice[] {
  const writer = writerOf(random, service);
  const slices = (service.spec.ipFamilies ?? []).flatMap(family =>
    ofFamily(random, service, { family, nodes: at.nodes, writer }),
  );
  if (writer === CONTROLLER && random.chance(0.08) && slices[0]) slices.push(foreign(slices[0]));
  if (random.chance(0.4)) disturbSlices(random, slices, at);
  return slices;
}

/** A Service that lost its selector keeps the controller's slices; one that never had one has its user's. */
function writerOf(random: Random, service: RawService): string {
  if (service.spec.selector) return CONTROLLER;
  return random.pick([CONTROLLER, MIRRORING, 'somebody-else', '']);
}

interface Of {
  readonly family: Family;
  readonly nodes: readonly RawNode[];
  readonly writer: string;
}

function ofFamily(random: Random, service: RawService, of: Of): RawSlice[] {
  const count = random.weighted([
    [1, 0],
    [6, 1],
    [4, 2],
    [1, 3],
  ]);
  let next = 1;
  return Array.from({ length: count }, (_, i) => {
    const many = service.metadata.annotations?.[TOPOLOGY_MODE] === 'Auto';
    const size = random.pick(many ? [0, 2, 3, 4, 5, 6, 8, 11] : [0, 1, 1, 2, 2, 3, 4, 5, 7]);
    const endpoints = Array.from({ length: size }, () => generateEndpoint(random, service, { ...of, index: next++ }));
    return {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        namespace: service.metadata.namespace,
        name: `${service.metadata.name}-${of.family.toLowerCase()}-${i}`,
        labels: sliceLabels(service, of.writer),
      },
      addressType: of.family,
      ports: slicePorts(random, service),
      endpoints,
    };
  });
}

/** As setEndpointSliceLabels does (k8s.io/endpointslice utils.go): the Service's labels, then the reserved ones. */
function sliceLabels(service: RawService, writer: string): Labels {
  const labels: Labels = { ...service.metadata.labels };
  delete labels[HEADLESS];
  if (service.spec.clusterIP === 'None') labels[HEADLESS] = '';
  labels[SERVICE_NAME] = service.metadata.name;
  if (writer !== '') labels[MANAGED_BY] = writer;
  return labels;
}

/** A port named in the Pods may have another number in each slice, or be missing. */
function slicePorts(random: Random, service: RawService): RawSlicePort[] {
  const ports: RawSlicePort[] = [];
  for (const port of service.spec.ports ?? []) {
    const named = typeof port.targetPort === 'string';
    if (named && random.chance(0.15)) continue;
    const number = named ? random.pick([8080, 8081]) + port.port : (port.targetPort ?? port.port);
    ports.push({ name: port.name ?? '', protocol: port.protocol ?? 'TCP', port: Number(number) });
  }
  return ports;
}

function generateEndpoint(random: Random, service: RawService, of: Of & { readonly index: number }): RawEndpoint {
  const node = random.pick(of.nodes);
  const [serving, terminating] = random.weighted([
    [8, [true, false] as const],
    [2, [true, true] as const],
    [1, [false, false] as const],
    [0.5, [false, true] as const],
  ]);
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const zone = node.metadata.labels[ZONE];
  return {
    addresses: [of.family === 'IPv4' ? `10.1.0.${of.index}` : `fd00:1::${of.index.toString(16)}`],
    conditions: { ready, serving, terminating },
    nodeName: node.metadata.name,
    ...(zone ? { zone } : {}),
  };
}

/** A hand-written slice beside the controller's. */
function foreign(slice: RawSlice): RawSlice {
  const copy = structuredClone(slice);
  copy.metadata.name += '-custom';
  copy.metadata.labels[MANAGED_BY] = 'somebody-else';
  copy.endpoints = copy.endpoints.slice(0, 2);
  for (const endpoint of copy.endpoints) endpoint.addresses = endpoint.addresses.map(other);
  return copy;
}

/** Another address, which no generated endpoint has. */
function other(address: string): string {
  return address.replace('10.1.0.', '10.2.0.').replace('fd00:1::', 'fd00:2::');
}
