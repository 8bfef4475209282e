import type { Node } from '../model/node.ts';

/** Why the EndpointSlice controller cannot compute CPU shares per zone and writes no hints for topology-mode Auto. */
export type NodeInfoFailure =
  | { readonly kind: 'node-without-zone'; readonly nodes: readonly string[] }
  | { readonly kind: 'node-without-cpu'; readonly nodes: readonly string[] }
  | { readonly kind: 'one-zone'; readonly zone: string }
  | { readonly kind: 'no-ready-nodes' };

export type CpuRatios =
  | { readonly kind: 'known'; readonly byZone: ReadonlyMap<string, number> }
  | { readonly kind: 'unknown'; readonly failure: NodeInfoFailure };

const EXCLUDED_LABELS = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];

/**
 * Each zone's share of the allocatable CPU of ready nodes outside the control plane. A single node without zone or CPU
 * makes all shares unknown (k8s.io/endpointslice topologycache SetNodes, v0.37.1, whose event then blames missing node
 * information even if only a second zone is missing).
 */
export function cpuRatios(nodes: readonly Node[]): CpuRatios {
  const counted = nodes.filter(node => node.ready && !EXCLUDED_LABELS.some(label => label in node.labels));
  const failure = nodeInfoFailure(counted);
  if (failure) return { kind: 'unknown', failure };
  const total = counted.reduce((sum, node) => sum + node.milliCPU, 0);
  const byZone = new Map<string, number>();
  for (const node of counted) byZone.set(node.zone ?? '', (byZone.get(node.zone ?? '') ?? 0) + node.milliCPU);
  return { kind: 'known', byZone: new Map([...byZone].map(([zone, cpu]) => [zone, cpu / total])) };
}

function nodeInfoFailure(counted: readonly Node[]): NodeInfoFailure | null {
  if (counted.length === 0) return { kind: 'no-ready-nodes' };
  const zoneless = counted.filter(node => node.zone === null);
  if (zoneless.length > 0) return { kind: 'node-without-zone', nodes: zoneless.map(node => node.name) };
  const idle = counted.filter(node => node.milliCPU === 0);
  if (idle.length > 0) return { kind: 'node-without-cpu', nodes: idle.map(node => node.name) };
  const zones = new Set(counted.map(node => node.zone ?? ''));
  return zones.size < 2 ? { kind: 'one-zone', zone: [...zones][0] ?? '' } : null;
}
