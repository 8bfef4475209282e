import type { Node } from '../../src/model/node.ts';
import type { AdviceInput } from './random-advice.ts';

/** The shares of all traffic by node, among these client nodes. */
export type SenderWeights = (clients: readonly Node[]) => ReadonlyMap<string, number>;

/** By brute force: what each client node of today sends, from its rates, else by CPU. */
export function senderWeights({ cluster }: AdviceInput): SenderWeights {
  const today = cluster.topology.nodes().filter(({ ready, taints }) => ready && taints.length === 0);
  const rates = measuredRates(today, cluster.traffic);
  const measured = today.filter(({ name }) => rates.has(name));
  const total = sum(measured.map(({ name }) => rates.get(name) ?? 0));
  const cpu = sum(measured.map(({ milliCPU }) => milliCPU));
  const rateOf = ({ name, milliCPU }: Node) =>
    total === 0 ? 0 : (rates.get(name) ?? (cpu > 0 ? (total * milliCPU) / cpu : total / measured.length));
  return clients =>
    shares(clients, rateOf) ?? shares(clients, ({ milliCPU }) => milliCPU) ?? shares(clients, () => 1) ?? new Map();
}

/** The measured rates of the nodes. A rate of a zone is divided by CPU. */
export function measuredRates(today: readonly Node[], traffic: AdviceInput['cluster']['traffic']): Map<string, number> {
  const rates = new Map<string, number>();
  for (const { service, from, perSecond } of traffic?.rates ?? []) {
    if (service !== 'web') continue;
    const nodes = today.filter(({ name, zone }) => (from.kind === 'node' ? name : zone) === from.name);
    const part = shares(nodes, ({ milliCPU }) => milliCPU) ?? shares(nodes, () => 1) ?? new Map<string, number>();
    for (const [name, share] of part) rates.set(name, perSecond * share);
  }
  if (rates.size === 0) return rates;
  for (const { name, zone } of today) {
    const { nodes, zones } = traffic?.measured ?? {};
    if (!rates.has(name) && (nodes?.has(name) || zones?.has(zone ?? ''))) rates.set(name, 0);
  }
  return rates;
}

/** `null` if all are 0. */
function shares(nodes: readonly Node[], of: (node: Node) => number): Map<string, number> | null {
  const total = sum(nodes.map(of));
  return total === 0 ? null : new Map(nodes.map(node => [node.name, of(node) / total]));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
