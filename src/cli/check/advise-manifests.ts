import { malformedManifest } from '../../cluster/manifests/object-shape.ts';
import type { Advice } from '../../engine/advice/advice.ts';
import { Advisor } from '../../engine/advice/advisor.ts';
import type { Change } from '../../model/change.ts';
import { objectKey } from '../../model/object-key.ts';
import type { Service } from '../../model/service.ts';
import type { Topology } from '../../model/topology.ts';
import { workloadText } from '../../topology/scenarios/scenario.ts';
import { delegatingTopology } from '../../topology/topology-view.ts';
import { type CheckInput, checkContext, serviceOf, withPodSlices } from './check-manifests.ts';

/** Advice for every Service of the manifests that can be read, as if it were applied to the cluster. */
export function adviseManifests(input: CheckInput): readonly Advice[] {
  const context = checkContext(input);
  const readable = input.manifests.filter(
    manifest => manifest.kind === 'Service' && malformedManifest(manifest) === null,
  );
  const applied = new Map<string, { readonly service: Service; readonly topology: Topology }>();
  for (const manifest of readable) {
    const { service, old } = serviceOf(manifest, context);
    const operation = old ? 'UPDATE' : 'CREATE';
    const change: Change = { operation, source: 'files', service, old, violations: [] };
    applied.set(objectKey(service.namespace, service.name), {
      service,
      topology: withPodSlices(change, context).topology,
    });
  }
  const { before, given } = context;
  const topology: Topology = {
    ...delegatingTopology(() => before),
    service: (namespace, name) => applied.get(objectKey(namespace, name))?.service ?? before.service(namespace, name),
    slices: (namespace, name) => (applied.get(objectKey(namespace, name))?.topology ?? before).slices(namespace, name),
    // The workloads of the manifests replace those of the cluster.
    workloads: namespace => {
      const own = given.workloads(namespace);
      const names = new Set(own.map(workloadText));
      return [...own, ...before.workloads(namespace).filter(workload => !names.has(workloadText(workload)))];
    },
  };
  const { facts, policy } = input;
  const advisor = new Advisor({ topology, facts, clientNodes: policy.clientNodes });
  return [...applied.values()].map(({ service }) => advisor.advise(service));
}
