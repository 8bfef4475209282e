import type { Random } from '../random.ts';
import { randomHints } from './hints.ts';
import { generateNodes } from './nodes.ts';
import type { RawCluster } from './objects.ts';
import { TOPOLOGY_MODE, ZONE } from './objects.ts';
import { generateService } from './services.ts';
import { generateSlices } from './slices.ts';

const ZONES = ['zone-a', 'zone-b', 'zone-c', 'zone-d'];

/** A small cluster of one Kubernetes minor: 1–6 nodes in 1–4 zones, 1–4 Services. */
export function generateCluster(random: Random, minor: number): RawCluster {
  // The safeguards of topology-mode Auto prevent hints in most random clusters; some are generated to pass them.
  const forAuto = random.chance(0.3);
  const zones = ZONES.slice(0, random.pick(forAuto ? [2, 3, 3, 4] : [1, 2, 2, 3, 3, 4]));
  const nodes = generateNodes(random, zones, { minor, tidy: forAuto || random.chance(0.4) });
  const cluster: RawCluster = { nodes, services: [], slices: [] };
  const count = 1 + random.int(4);
  for (let i = 0; i < count; i++) {
    const service = generateService(random, i, minor);
    if (forAuto && random.chance(0.8)) service.metadata.annotations = { [TOPOLOGY_MODE]: 'Auto' };
    const slices = generateSlices(random, service, { nodes, minor });
    if (random.chance(0.35)) randomHints(random, slices, { nodes, zones, minor });
    cluster.services.push(service);
    cluster.slices.push(...slices);
  }
  return cluster;
}

/** One thing that changes after the controller has written its hints: they are then right, stale or no longer requested. */
export function moveOn(random: Random, cluster: RawCluster): void {
  const node = random.pick(cluster.nodes);
  const service = random.pick(cluster.services);
  const endpoints = cluster.slices.flatMap(slice => slice.endpoints);
  switch (random.int(8)) {
    case 0:
      node.status.conditions = [{ type: 'Ready', status: 'False' }];
      break;
    case 1:
      node.status.allocatable = { cpu: random.pick(['1', '6', '32']) };
      break;
    case 2:
      delete node.metadata.labels[ZONE];
      break;
    case 3:
      if (cluster.nodes.length > 1) cluster.nodes.splice(cluster.nodes.indexOf(node), 1);
      break;
    case 4:
      delete service.metadata.annotations;
      break;
    case 5:
      delete service.spec.trafficDistribution;
      break;
    case 6:
      if (endpoints.length > 0) delete random.pick(endpoints).hints;
      break;
    default:
      if (endpoints.length > 0) random.pick(endpoints).conditions = { ready: false, serving: true, terminating: true };
  }
}
