import { Advisor } from '../../src/engine/advice/advisor.ts';
import { settingOf, withSetting } from '../../src/engine/advice/setting.ts';
import type { ZoneBytes } from '../../src/engine/traffic/zone-bytes.ts';
import type { Service } from '../../src/model/service.ts';
import { explainService, type PortExplanation } from '../../src/topology/explain.ts';
import { clientsIn } from './advice-states.ts';
import { type AdviceInput, randomAdvice } from './random-advice.ts';
import { measuredRates } from './sender-weights.ts';

/** Where the bytes of the advice and those counted node by node differ; `null` for a cluster without such bytes. */
export function bytesDisagreements(seed: number): readonly string[] | null {
  const input = randomAdvice(seed);
  const advice = new Advisor(input.cluster).advise(input.service);
  if (advice.kind === 'none' || !advice.traffic?.bytes) return null;
  const { today, advised } = advice.traffic.bytes;
  return [
    ...differences('today', today, bytesOf(withSetting(input.service, settingOf(input.service)), input)),
    ...differences('advised', advised, bytesOf(withSetting(input.service, advice.setting), input)),
  ].map(text => `seed ${seed}: ${text}`);
}

const FIGURES = ['crossZone', 'inZone', 'unknown', 'lost'] as const;

function differences(when: string, own: ZoneBytes, counted: ZoneBytes): readonly string[] {
  const total = FIGURES.reduce((sum, figure) => sum + counted[figure], 0);
  return FIGURES.filter(figure => Math.abs(own[figure] - counted[figure]) > 1e-6 * total).map(
    figure => `${figure} ${when}: ${own[figure]}, counted ${counted[figure]}`,
  );
}

/** The mean over the ports that have ready endpoints. */
function bytesOf(service: Service, { cluster }: AdviceInput): ZoneBytes {
  const { topology, facts } = cluster;
  const [nodes, slices] = [topology.nodes(), topology.slices('', '')];
  const ready = new Set(
    slices.flatMap(({ endpoints }) => endpoints.filter(one => one.ready).map(({ address }) => address)),
  );
  const { ports } = explainService({ service, nodes, slices, facts, hints: 'predicted' });
  const used = ports.filter(port => addressesOf(port).some(address => ready.has(address)));
  const counted = used.map(port => bytesOfPort(port, cluster));
  const mean = (figure: keyof ZoneBytes) => counted.reduce((sum, one) => sum + one[figure], 0) / counted.length;
  return { crossZone: mean('crossZone'), inZone: mean('inZone'), unknown: mean('unknown'), lost: mean('lost') };
}

function addressesOf({ nodes }: PortExplanation): readonly string[] {
  return nodes.flatMap(({ reachable, local }) => [...reachable, ...(local ?? [])]).map(addressOf);
}

function addressOf(name: string): string {
  return name.slice(0, name.lastIndexOf(':'));
}

function bytesOfPort({ nodes }: PortExplanation, { topology, traffic }: AdviceInput['cluster']): ZoneBytes {
  const clients = clientsIn({ nodes: topology.nodes() });
  const rates = measuredRates(clients, traffic);
  const endpoints = new Map(
    topology.slices('', '').flatMap(slice => slice.endpoints.map(endpoint => [endpoint.address, endpoint] as const)),
  );
  const sum = { crossZone: 0, inZone: 0, unknown: 0, lost: 0 };
  for (const { name, zone } of clients) {
    const rate = rates.get(name) ?? 0;
    const internal = nodes.find(({ node }) => node === name)?.internal;
    if (!internal || internal.verdict === 'unknown') sum.unknown += rate;
    else if (internal.verdict !== 'forward') sum.lost += rate;
    for (const target of internal?.endpoints ?? []) {
      const endpoint = endpoints.get(addressOf(target));
      const part = rate / (internal?.endpoints.length ?? 1);
      const to = endpoint?.zone ?? null;
      if (zone === null && endpoint?.nodeName === name) sum.inZone += part;
      else if (zone === null || to === null) sum.unknown += part;
      else if (zone === to) sum.inZone += part;
      else sum.crossZone += part;
    }
  }
  return sum;
}
