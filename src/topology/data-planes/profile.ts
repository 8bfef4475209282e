import type { DataPlane } from '../../model/data-plane.ts';
import type { Node } from '../../model/node.ts';
import type { IPFamily, Service, ServicePort } from '../../model/service.ts';
import type { ClusterFacts } from '../../model/topology.ts';
import type { KubernetesVersion } from '../../model/version.ts';
import type { Categories } from '../categorize.ts';
import type { NameSet } from '../node-set.ts';
import type { PortMatch } from '../port-listing.ts';
import type { PortPolicy } from '../port-policy.ts';
import type { Entrance, Route, TrafficClass } from '../route.ts';
import type { ListedPort, PortEndpoints, ServiceEndpoints } from '../service-endpoints.ts';
import type { WorkBudget } from '../work-budget.ts';

/** The inputs of the routes of one Service port in one IP family. */
export interface RoutedPort {
  readonly service: Service;
  readonly port: ServicePort;
  readonly family: IPFamily;
  readonly policy: PortPolicy;
  /** Of this port and family. */
  readonly endpoints: PortEndpoints;
  /** The port numbers that the endpoints refer to. */
  readonly numbers: readonly number[];
  /** The same as kube-proxy matches the names of ports. */
  exact(): ListedPort;
  /** Of every port and both families. */
  readonly serviceEndpoints: ServiceEndpoints;
  readonly facts: ClusterFacts;
  readonly budget?: WorkBudget | undefined;
}

/** The routes of one port from the nodes that a data plane serves. */
export interface PortRouter {
  categories(node: Node): Categories;
  /** `null` if the port has no such traffic. Without an entrance, that of the class as a whole. */
  route(trafficClass: TrafficClass, node: Node, entrance?: Entrance): Route | null;
}

/** The behaviour of a data plane. One file per data plane; the methods depend on its version and settings. */
export interface Profile<D extends DataPlane = DataPlane> {
  /** False if it does not program the Service at all. */
  handles(service: Service, dataPlane: D, cluster: KubernetesVersion): boolean;
  /** How Service ports find their ports in slices; `exact` if it is not given. */
  portMatch?(dataPlane: D): PortMatch;
  /** Called once per port and data plane; equal sets of endpoints must be the same array. */
  router(port: RoutedPort, dataPlane: D): PortRouter;
  /** Nodes whose cluster set may differ from that of other nodes with their zone, version and data plane. */
  ownClusterSets(port: RoutedPort, dataPlane: D): NameSet;
  /** Nodes known to lose no traffic of the class at any entrance, so that thousands of routes need not be computed; none if it is not given. */
  coveredNodes?(port: RoutedPort, dataPlane: D, trafficClass: TrafficClass): NameSet;
  /** True if internalTrafficPolicy Local uses the cluster set where a node has no endpoint and the port is accessible. */
  localFallsBack(dataPlane: D): boolean;
  /** True if an endpoint without a node is local to every node for this traffic. */
  nodelessIsLocal?(dataPlane: D, trafficClass: TrafficClass): boolean;
  /** True if hints on the slices steer the traffic of this Service to its ClusterIP; `null` if that is not established. */
  obeysHints(service: Service, dataPlane: D): boolean | null;
}
