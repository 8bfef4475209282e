import { applyApiDefaults } from '../../src/model/api-defaults.ts';
import type { DataPlane } from '../../src/model/data-plane.ts';
import { KUBE_PROXY, statedDataPlane } from '../../src/model/data-plane.ts';
import { projectEndpointSlice, projectNode, projectService } from '../../src/model/projection.ts';
import { portRoutings } from '../../src/topology/port-routing.ts';
import { isLost } from '../../src/topology/route.ts';
import { ServiceEndpoints } from '../../src/topology/service-endpoints.ts';
import type { RawCluster, RawService } from '../upstream/generate/objects.ts';
import { SERVICE_NAME } from '../upstream/generate/objects.ts';
import type { Setting } from './compare.ts';
import { dataPlaneOf } from './settings.ts';
import type { Traffic } from './traffic.ts';

/** A route, reduced to what Cilium's maps tell: its endpoints, sorted. */
export interface OurRoute {
  readonly forwards: boolean;
  readonly endpoints: readonly string[];
  readonly reason?: string;
}

type RouteOf = (traffic: Traffic, node: string) => OurRoute;

/** The routes of zonewise for one Service, under Cilium and under the kube-proxy beside it. */
export interface Model {
  routesOf(cluster: RawCluster, service: RawService): { readonly cilium: RouteOf; readonly kubeProxy: RouteOf };
}

export function zonewise({ minor, settings }: Setting): Model {
  return {
    routesOf: (cluster, service) => ({
      cilium: routesUnder(dataPlaneOf(settings, minor), cluster, service),
      kubeProxy: routesUnder(KUBE_PROXY, cluster, service),
    }),
  };
}

const KUBERNETES_MINOR = 37;

function routesUnder(dataPlane: DataPlane, cluster: RawCluster, raw: RawService): RouteOf {
  const { namespace, name } = raw.metadata;
  const slices = cluster.slices
    .filter(slice => slice.metadata.namespace === namespace && slice.metadata.labels[SERVICE_NAME] === name)
    .map(projectEndpointSlice);
  const facts = {
    version: { minor: KUBERNETES_MINOR },
    dataPlanes: statedDataPlane(dataPlane),
    now: 0,
    topologyAgeSeconds: 0,
  };
  const service = applyApiDefaults(projectService(raw));
  const ports = portRoutings({ service, endpoints: new ServiceEndpoints(slices), facts });
  const nodes = new Map(cluster.nodes.map(node => [node.metadata.name, projectNode(node)]));
  return ({ port, family, entrance, trafficClass }, nodeName) => {
    const routing = ports.find(
      one =>
        one.family === family && one.port.name === (port.name ?? '') && one.port.protocol === (port.protocol ?? 'TCP'),
    );
    const node = nodes.get(nodeName);
    const route = node && routing?.route(trafficClass, node, entrance);
    if (!route || isLost(route) || route.verdict === 'unknown') {
      return { forwards: false, endpoints: [], reason: route?.reason ?? 'no route' };
    }
    const endpoints = route.endpoints.map(endpoint => routing?.endpointName(endpoint) ?? '').sort();
    return { forwards: true, endpoints, reason: route.reason };
  };
}
