import { expect } from 'vitest';
import type { WorkloadEnvironment } from '../../src/admission/workloads/admit-change.ts';
import { EvaluationCache } from '../../src/engine/evaluation-cache.ts';
import { TimeSlicer } from '../../src/runtime/time-slice.ts';
import { topologyFrom } from '../support/builders.ts';
import { reviewEnvironment, THREE_NODES, webhook } from './harness.ts';

export const PATH = '/validate-workloads?timeout=2s';

type PodOnNode = readonly [name: string, node: string, conditions?: Readonly<Record<string, boolean>>];

export const UNREADY = { ready: false, serving: false, terminating: false };
export const TERMINATING = { ready: false, serving: true, terminating: true };

/** The Service web with one Pod per entry, given as name and node. */
export function clusterWith(spec: string, pods: readonly PodOnNode[]): string {
  const endpoints = pods.map(
    ([name, node, conditions = { ready: true }], i) =>
      `\n  - { addresses: [10.1.0.${i + 1}], nodeName: ${node}, conditions: ${JSON.stringify(conditions)}, targetRef: { kind: Pod, name: ${name} } }`,
  );
  return [
    ...THREE_NODES,
    `
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80, targetPort: http }]
  ${spec}`,
    `
kind: EndpointSlice
metadata:
  name: web-1
  labels: { kubernetes.io/service-name: web, endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io }
addressType: IPv4
ports: [{ port: 8080 }]
endpoints:${endpoints.join('') || ' []'}`,
  ].join('\n---');
}

export const [POD_1, POD_2, POD_3] = ['web-7d4b9c6f5d-x2k9p', 'web-7d4b9c6f5d-b7c4d', 'web-7d4b9c6f5d-k8m2n'] as const;
export const ON_EACH_NODE = [
  [POD_1, 'n1'],
  [POD_2, 'n2'],
  [POD_3, 'n3'],
] as const;
export const [LOCAL, SAME_ZONE] = ['internalTrafficPolicy: Local', 'trafficDistribution: PreferSameZone'];

export async function workloads(cluster: string, over: Partial<WorkloadEnvironment> = {}) {
  const topology = topologyFrom(cluster);
  const { pods: _, ...environment } = reviewEnvironment({ topology: () => topology });
  const own = { ...environment, cache: new EvaluationCache(), slicer: new TimeSlicer(), denies: () => false, ...over };
  return webhook({}, { workloads: own });
}

export async function warnings(cluster: string, review: object, over: Partial<WorkloadEnvironment> = {}) {
  const { status, answer } = await (await workloads(cluster, over)).send(PATH, review);
  expect(status).toBe(200);
  expect(answer.response.allowed).toBe(true);
  return answer.response.warnings ?? [];
}
