import { applyApiDefaults } from '../../src/model/api-defaults.ts';
import { ASSUMED_KUBE_PROXY } from '../../src/model/data-plane.ts';
import { projectEndpointSlice, projectNode, projectService } from '../../src/model/projection.ts';
import type { HintsSource, PortExplanation } from '../../src/topology/explain.ts';
import { explainService } from '../../src/topology/explain.ts';
import type { RawCluster, RawService } from './generate/objects.ts';
import { SERVICE_NAME } from './generate/objects.ts';

/** The results of zonewise, from the function that all its commands use. */
export interface Model {
  explain(cluster: RawCluster, service: RawService, hints: HintsSource): readonly PortExplanation[];
}

export function zonewise(minor: number): Model {
  const facts = { version: { minor }, dataPlanes: ASSUMED_KUBE_PROXY, now: 0, topologyAgeSeconds: 0 };
  return {
    explain(cluster, service, hints) {
      const { namespace, name } = service.metadata;
      const own = cluster.slices.filter(
        slice => slice.metadata.namespace === namespace && slice.metadata.labels[SERVICE_NAME] === name,
      );
      return explainService({
        service: applyApiDefaults(projectService(service)),
        slices: own.map(projectEndpointSlice),
        nodes: cluster.nodes.map(projectNode),
        facts,
        hints,
      }).ports;
    },
  };
}
