import type { Random } from '../random.ts';
import type { RawNode } from './objects.ts';
import { ZONE } from './objects.ts';

const CPU = ['1', '2', '4', '4', '8', '16', '3920m', '1500m', '0.5', '1.5', '250m', '1e1'];

/** 1–6 nodes over the given zones, all in order or some of them not. */
export function generateNodes(
  random: Random,
  zones: readonly string[],
  of: { minor: number; tidy: boolean },
): RawNode[] {
  const sameSize = random.chance(0.3);
  return Array.from({ length: random.weighted(SIZES) }, (_, i) => {
    const node = generateNode(random, { name: `node-${i}`, zone: random.pick(zones), minor: of.minor });
    if (sameSize) node.status.allocatable = { cpu: '4' };
    if (!of.tidy) disorder(random, node);
    return node;
  });
}

const SIZES = [
  [1, 1],
  [2, 2],
  [3, 3],
  [3, 4],
  [2, 5],
  [2, 6],
] as const;

function generateNode(random: Random, at: { name: string; zone: string; minor: number }): RawNode {
  const labels: Record<string, string> = { 'kubernetes.io/hostname': at.name, [ZONE]: at.zone };
  if (random.chance(0.08)) labels['node-role.kubernetes.io/control-plane'] = '';
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: at.name, labels },
    status: {
      allocatable: { cpu: random.pick(CPU) },
      conditions: [{ type: 'Ready', status: 'True' }],
      nodeInfo: { kubeletVersion: `v1.${at.minor}.0` },
    },
  };
}

function disorder(random: Random, node: RawNode): void {
  const { metadata, status } = node;
  if (random.chance(0.12)) delete metadata.labels[ZONE];
  if (random.chance(0.04)) metadata.labels[ZONE] = '';
  if (random.chance(0.1)) metadata.labels['node-role.kubernetes.io/master'] = 'true';
  if (random.chance(0.05)) metadata.labels['node.kubernetes.io/exclude-from-external-load-balancers'] = '';
  if (random.chance(0.06)) status.allocatable = { cpu: '0' };
  if (random.chance(0.04)) status.allocatable = {};
  if (random.chance(0.04)) delete status.allocatable;
  if (random.chance(0.15)) status.conditions = [{ type: 'Ready', status: random.pick(['False', 'Unknown']) }];
  if (random.chance(0.05)) status.conditions = [{ type: 'MemoryPressure', status: 'False' }];
}
