import type { Endpoint } from '../../src/model/endpoint-slice.ts';
import type { Node } from '../../src/model/node.ts';
import type { Service } from '../../src/model/service.ts';
import type { Topology } from '../../src/model/topology.ts';
import { endpoint, node, slice, topology, UNREADY, web } from '../support/builders.ts';
import { cordonReview, deleteReview, evictionReview, scaleReview, updateReview } from '../support/workload-reviews.ts';
import { Random } from '../upstream/random.ts';

export interface RandomPod {
  readonly name: string;
  readonly node: string;
  readonly zone: string | null;
  readonly isReady: boolean;
  /** It still serves, until its grace period ends. */
  readonly isTerminating: boolean;
  readonly owner: 'web' | 'canary' | 'agent' | 'db';
}

type Labels = Readonly<Record<string, string>>;

export type RandomChange =
  | { readonly kind: 'scale'; readonly to: number }
  | { readonly kind: 'scale-ordinals'; readonly from: number; readonly to: number }
  | { readonly kind: 'place'; readonly selector: Labels }
  /** A new template that keeps its node selector. */
  | { readonly kind: 'relabel'; readonly selector: Labels }
  | { readonly kind: 'delete' }
  | { readonly kind: 'evict'; readonly pod: string }
  | { readonly kind: 'cordon'; readonly node: string };

/** A Service with Pods of the Deployment web and of others, and a change under review. */
export interface RandomWorkload {
  readonly service: Service;
  readonly nodes: readonly Node[];
  readonly pods: readonly RandomPod[];
  readonly topology: Topology;
  readonly change: RandomChange;
  readonly review: object;
}

const UNSCHEDULABLE = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };
const CONTROL_PLANE = { key: 'node-role.kubernetes.io/control-plane', value: '', effect: 'NoSchedule' };
const SUFFIXES = ['x2k9p', 'b7c4d', 'k8m2n', 'v5f6g', 'q9z4t', 'h6j7k', 'r2s4w', 'w8x5z', 'l7m6n', 't9v2b'];
/** Above this, an oracle that tries all places of evicted Pods takes too long. */
const MAX_PODS = 7;
const SPECS = [
  'internalTrafficPolicy: Local',
  'internalTrafficPolicy: Local',
  'trafficDistribution: PreferSameZone',
  'trafficDistribution: PreferSameNode',
  '',
];

export function randomWorkload(seed: number): RandomWorkload {
  const random = new Random(seed);
  const nodes = Array.from({ length: 1 + random.int(6) }, (_, i) => randomNode(random, i));
  const owners = [
    'web',
    'web',
    'web',
    'canary',
    'agent',
    ...(random.chance(0.3) ? (['db', 'db'] as const) : []),
  ] as const;
  const pods = SUFFIXES.slice(0, random.chance(0.1) ? SUFFIXES.length : 1 + random.int(MAX_PODS)).map(
    (suffix, i): RandomPod => {
      const owner = random.pick(owners);
      const { name, zone } = random.pick(nodes);
      const isTerminating = random.chance(0.1);
      const isReady = !isTerminating && random.chance(0.8);
      const own = owner === 'db' ? `db-${i}` : podName(owner, suffix);
      return { name: own, node: name, zone, isReady, isTerminating, owner };
    },
  );
  const service = web(random.pick(SPECS));
  const change = randomChange(random, nodes, pods);
  const from = pods.filter(({ owner, isTerminating }) => owner === 'web' && !isTerminating).length;
  return { service, nodes, pods, change, topology: topologyOf(service, nodes, pods), review: reviewOf(change, from) };
}

function podName(owner: RandomPod['owner'], suffix: string): string {
  return owner === 'agent' ? `agent-${suffix}` : `${owner === 'web' ? 'web' : 'web-canary'}-7d4b9c6f5d-${suffix}`;
}

function randomNode(random: Random, i: number): Node {
  const taints = [...(random.chance(0.1) ? [CONTROL_PLANE] : []), ...(random.chance(0.15) ? [UNSCHEDULABLE] : [])];
  const zone = random.pick(['a', 'b', 'c']);
  return node(`n${i + 1}`, {
    zone,
    labels: { zone, pool: random.pick(['p', 'q']) },
    taints,
    ready: random.chance(0.85),
  });
}

function randomChange(random: Random, nodes: readonly Node[], pods: readonly RandomPod[]): RandomChange {
  const own = pods.filter(({ owner, isTerminating }) => owner === 'web' && !isTerminating).length;
  const kinds = ['scale', 'scale', 'scale', 'scale-ordinals', 'place', 'relabel', 'delete', 'evict', 'cordon'] as const;
  switch (pods.length > MAX_PODS ? 'scale' : random.pick(kinds)) {
    case 'scale':
      return { kind: 'scale', to: random.int(own + 1) };
    case 'scale-ordinals': {
      const from = 1 + random.int(pods.length);
      return { kind: 'scale-ordinals', from, to: random.int(from) };
    }
    case 'place':
      return { kind: 'place', selector: randomSelector(random) };
    case 'relabel':
      return { kind: 'relabel', selector: randomSelector(random) };
    case 'delete':
      return { kind: 'delete' };
    case 'evict':
      return { kind: 'evict', pod: random.pick(pods).name };
    case 'cordon':
      return { kind: 'cordon', node: random.pick(nodes).name };
  }
}

function randomSelector(random: Random): Labels {
  return random.chance(0.5) ? { zone: random.pick(['a', 'b', 'c']) } : { pool: random.pick(['p', 'q']) };
}

function reviewOf(change: RandomChange, from: number): object {
  switch (change.kind) {
    case 'scale':
      return scaleReview('Deployment', 'web', { from, to: change.to });
    case 'scale-ordinals':
      return scaleReview('StatefulSet', 'db', { from: change.from, to: change.to, app: 'web' });
    case 'place':
      return updateReview('Deployment', {}, { podSpec: { nodeSelector: change.selector } });
    case 'relabel': {
      const podSpec = { nodeSelector: change.selector };
      return updateReview('Deployment', { podSpec }, { podSpec, labels: { app: 'web', version: '2' } });
    }
    case 'delete':
      return deleteReview('Deployment');
    case 'evict':
      return evictionReview(change.pod);
    case 'cordon':
      return cordonReview(change.node);
  }
}

function conditions(isReady: boolean, isTerminating: boolean): Partial<Endpoint> {
  if (isTerminating) return { ready: false, serving: true, terminating: true };
  return isReady ? {} : UNREADY;
}

function topologyOf(service: Service, nodes: readonly Node[], pods: readonly RandomPod[]): Topology {
  const endpoints = pods.map(({ name, node: nodeName, zone, isReady, isTerminating }, i) =>
    endpoint(`10.0.0.${i + 1}`, nodeName, { zone, podName: name, ...conditions(isReady, isTerminating) }),
  );
  const base = topology(nodes, [slice(endpoints)]);
  return { ...base, services: () => [service], service: () => service };
}
