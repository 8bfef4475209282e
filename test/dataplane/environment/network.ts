import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { LabNode } from './nodes.ts';
import {
  CLUSTER_CIDR,
  clientAddress,
  FABRIC_ADDRESS,
  gatewayAddress,
  NODES,
  nodeAddress,
  outsideAddress,
  podCIDR,
  servedRange,
} from './nodes.ts';

const run = promisify(execFile);

/** `fabric` is the control plane and everything outside the cluster; the others exist once per node. */
export type Place = 'fabric' | `${'host' | 'client' | 'pods'}-${string}`;

export class NetworkError extends Error {
  readonly code = 'LAB_NETWORK';
}

/** Network namespaces are machine-wide: the prefix is unique to a run. */
export function namespaceOf(prefix: string, place: Place): string {
  return `${prefix}-${place}`;
}

/**
 * Creates the namespaces of `prefix` and links them: every host on one bridge, with a client Pod and a namespace of
 * serving Pods behind each. No packet leaves them. Throws a NetworkError with the shell's output.
 */
export async function createNetwork(prefix: string): Promise<void> {
  const script = [
    'set -e',
    ...fabric(prefix),
    ...NODES.flatMap(node => [...host(prefix, node), ...pods(prefix, node)]),
  ];
  try {
    await run('sh', ['-c', script.join('\n')], { timeout: 60_000 });
  } catch (cause) {
    throw new NetworkError(`cannot build the lab's network: ${String(cause)}`, { cause });
  }
}

function fabric(prefix: string): string[] {
  const ns = namespaceOf(prefix, 'fabric');
  const lines = [...namespace(ns), `ip -n ${ns} link add br0 type bridge`];
  for (const address of [FABRIC_ADDRESS, ...NODES.map(outsideAddress)])
    lines.push(`ip -n ${ns} addr add ${address}/24 dev br0`);
  lines.push(`ip -n ${ns} link set br0 up`);
  // The sender's source address determines the node through which a packet to a virtual IP enters.
  for (const node of NODES) {
    lines.push(`ip -n ${ns} rule add from ${outsideAddress(node)} lookup ${100 + node.index}`);
    lines.push(`ip -n ${ns} route add 10.200.0.0/24 dev br0 table ${100 + node.index}`);
    lines.push(`ip -n ${ns} route add default via ${nodeAddress(node)} table ${100 + node.index}`);
  }
  return lines;
}

function host(prefix: string, node: LabNode): string[] {
  const ns = namespaceOf(prefix, `host-${node.name}`);
  const fabricNs = namespaceOf(prefix, 'fabric');
  const others = NODES.filter(other => other !== node);
  // Like CNIs: packets that leave the Pod network carry the node's address. Otherwise another node would treat the
  // client as a local Pod because of the cluster CIDR.
  const nat = [
    'add table ip cni',
    'add chain ip cni post { type nat hook postrouting priority 110; }',
    `add rule ip cni post ip saddr ${podCIDR(node)} ip daddr != ${CLUSTER_CIDR} masquerade`,
  ];
  return [
    ...namespace(ns),
    `ip -n ${fabricNs} link add to-${node.name} type veth peer name eth0 netns ${ns}`,
    `ip -n ${fabricNs} link set to-${node.name} master br0 up`,
    `ip -n ${ns} addr add ${nodeAddress(node)}/24 dev eth0`,
    `ip -n ${ns} link set eth0 up`,
    `ip -n ${ns} route add default via ${FABRIC_ADDRESS}`,
    ...others.map(other => `ip -n ${ns} route add ${podCIDR(other)} via ${nodeAddress(other)}`),
    `ip netns exec ${ns} sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'`,
    `ip netns exec ${ns} nft '${nat.join('; ')}'`,
  ];
}

function pods(prefix: string, node: LabNode): string[] {
  const client = namespaceOf(prefix, `client-${node.name}`);
  const serving = namespaceOf(prefix, `pods-${node.name}`);
  return [
    ...behindHost(prefix, node, { ns: client, link: 'client0', range: `${clientAddress(node)}/32` }),
    `ip -n ${client} addr add ${clientAddress(node)}/32 dev eth0`,
    `ip -n ${client} route add default via ${gatewayAddress(node)} dev eth0 onlink src ${clientAddress(node)}`,
    ...behindHost(prefix, node, { ns: serving, link: 'pods0', range: servedRange(node) }),
    // A local route assigns the whole range to the namespace without one address each.
    `ip -n ${serving} route add local ${servedRange(node)} dev lo`,
    `ip -n ${serving} route add default via ${gatewayAddress(node)} dev eth0 onlink`,
  ];
}

interface Link {
  readonly ns: string;
  readonly link: string;
  readonly range: string;
}

function behindHost(prefix: string, node: LabNode, { ns, link, range }: Link): string[] {
  const hostNs = namespaceOf(prefix, `host-${node.name}`);
  return [
    ...namespace(ns),
    `ip -n ${hostNs} link add ${link} type veth peer name eth0 netns ${ns}`,
    `ip -n ${hostNs} addr add ${gatewayAddress(node)}/32 dev ${link}`,
    `ip -n ${hostNs} link set ${link} up`,
    `ip -n ${ns} link set eth0 up`,
    `ip -n ${hostNs} route add ${range} dev ${link}`,
  ];
}

/**
 * Disables reverse-path filters, which would drop packets by routes that only some namespaces have, and the ICMP rate
 * limit: the kernel sends one peer about one rejection per second, and a rejection that is not sent looks like a drop.
 */
function namespace(ns: string): string[] {
  const settings = [
    ...['all', 'default'].map(name => `echo 0 > /proc/sys/net/ipv4/conf/${name}/rp_filter`),
    'echo 0 > /proc/sys/net/ipv4/icmp_ratemask',
  ];
  return [`ip netns add ${ns}`, `ip -n ${ns} link set lo up`, `ip netns exec ${ns} sh -ec '${settings.join('; ')}'`];
}
