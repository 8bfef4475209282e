import { BlockList } from 'node:net';
import type { RawObject } from '../../../src/model/raw.ts';
import { asList, asNumber, asObject, asString, asStrings } from '../../../src/model/raw.ts';
import type { TrafficClass } from '../../../src/topology/route.ts';
import type { Place } from '../environment/network.ts';
import type { LabNode } from '../environment/nodes.ts';
import { clientAddress, FABRIC_ADDRESS, NODES, nodeAddress, nodeNamed, outsideAddress } from '../environment/nodes.ts';

/** One path to a Service port whose route the node determines. */
export interface Probe {
  readonly service: string;
  /** Name of the Service port. */
  readonly port: string;
  readonly node: string;
  readonly trafficClass: TrafficClass;
  /** Description such as `Pod on n1 → NodePort of n1`. */
  readonly way: string;
  readonly place: Place;
  readonly host: string;
  readonly hostPort: number;
  readonly from: string | null;
  /** False if loadBalancerSourceRanges exclude the sender. */
  readonly admitted: boolean;
  /** False for a way that `explain` leaves out: from a node to its own port, if the Service's clients go to its load balancer. */
  readonly isExplained: boolean;
}

/** All paths to one Service, derived from the API object itself. */
export function probesOf(service: string, raw: RawObject): readonly Probe[] {
  const spec = asObject(raw['spec']);
  const clusterIP = asString(spec['clusterIP']);
  const virtualIPs = [...asStrings(spec['externalIPs']), ...balancerIPs(raw)];
  const hasOwnPorts = virtualIPs.length > 0 || balancerAddresses(raw).length === 0;
  const isAdmitted = admission(asStrings(spec['loadBalancerSourceRanges']), balancerIPs(raw));
  return asList(spec['ports'])
    .map(asObject)
    .flatMap(port =>
      NODES.flatMap(node => {
        const at = { service, port: asString(port['name']), node: node.name };
        const number = asNumber(port['port']);
        const nodePort = asNumber(port['nodePort']);
        const ways = [
          ...fromNode(node, { trafficClass: 'internal', target: 'ClusterIP', host: clusterIP, hostPort: number }),
          ...(nodePort === 0 ? [] : waysToNodePort(node, nodePort)),
          ...virtualIPs.flatMap(host => waysToVirtualIP(node, host, number)),
        ];
        return ways.map(way => {
          const isExplained = hasOwnPorts || way.trafficClass !== 'shortCircuit';
          return { ...at, ...way, admitted: isAdmitted(way), isExplained };
        });
      }),
    );
}

type Way = Omit<Probe, 'service' | 'port' | 'node' | 'admitted' | 'isExplained'>;

function balancerAddresses(raw: RawObject): readonly unknown[] {
  return asList(asObject(asObject(raw['status'])['loadBalancer'])['ingress']);
}

/** kube-proxy does not program the address of a load balancer in mode Proxy. */
function balancerIPs(raw: RawObject): string[] {
  return balancerAddresses(raw)
    .map(asObject)
    .filter(ingress => ingress['ipMode'] !== 'Proxy')
    .map(ingress => asString(ingress['ip']));
}

/**
 * loadBalancerSourceRanges apply to the load balancer's address only (pkg/proxy/nftables/proxier.go syncProxyRules,
 * v1.37.1).
 */
function admission(ranges: readonly string[], guarded: readonly string[]): (way: Way) => boolean {
  const allowed = new BlockList();
  for (const range of ranges) {
    const [net = '', bits = '32'] = range.split('/');
    allowed.addSubnet(net, Number(bits));
  }
  return way => ranges.length === 0 || !guarded.includes(way.host) || allowed.check(way.from ?? addressOf(way.place));
}

function addressOf(place: Place): string {
  if (place === 'fabric') return FABRIC_ADDRESS;
  const [role, name = ''] = place.split('-');
  return role === 'host' ? nodeAddress(nodeNamed(name)) : clientAddress(nodeNamed(name));
}

interface Target {
  readonly trafficClass: TrafficClass;
  readonly target: string;
  readonly host: string;
  readonly hostPort: number;
}

function fromNode(node: LabNode, { trafficClass, target, host, hostPort }: Target): Way[] {
  const to = { trafficClass, host, hostPort, from: null };
  return [
    { ...to, place: `client-${node.name}`, way: `Pod on ${node.name} → ${target}` },
    { ...to, place: `host-${node.name}`, way: `host ${node.name} → ${target}` },
  ];
}

function waysToNodePort(node: LabNode, hostPort: number): Way[] {
  const host = nodeAddress(node);
  const target = `NodePort of ${node.name}`;
  const neighbour = NODES[node.index % NODES.length] ?? node;
  return [
    ...fromNode(node, { trafficClass: 'shortCircuit', target, host, hostPort }),
    ...fromNode(neighbour, { trafficClass: 'external', target, host, hostPort }),
    { trafficClass: 'external', host, hostPort, from: null, place: 'fabric', way: `outside → ${target}` },
  ];
}

function waysToVirtualIP(node: LabNode, host: string, hostPort: number): Way[] {
  const from = outsideAddress(node);
  return [
    ...fromNode(node, { trafficClass: 'shortCircuit', target: host, host, hostPort }),
    { trafficClass: 'external', host, hostPort, from, place: 'fabric', way: `outside → ${host} through ${node.name}` },
  ];
}
