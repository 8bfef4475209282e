import { didYouMean } from '../../model/did-you-mean.ts';
import { firstNames } from '../../model/first-names.ts';
import type { MeasuredTraffic, TrafficRate, TrafficSource } from '../../model/measured-traffic.ts';
import { objectKey } from '../../model/object-key.ts';
import { plural, pluralForm } from '../../model/plural.ts';
import type { Topology } from '../../model/topology.ts';
import { InputError } from '../../runtime/errors.ts';

const MAX_NAMED = 5;

/**
 * The traffic to Services of the cluster. Rates of other Services are left out and counted. Nodes and zones that the cluster
 * does not have are counted too: what was measured may be older than the cluster is now. Throws InputError if nothing fits.
 */
export function withinCluster(traffic: MeasuredTraffic, topology: Topology): MeasuredTraffic {
  const zones = new Set(topology.nodes().flatMap(({ zone }) => zone ?? []));
  const isThere = ({ kind, name }: TrafficSource) =>
    kind === 'node' ? topology.node(name) !== undefined : zones.has(name);
  const fail = (problem: string): never => {
    throw new InputError(problem, { file: traffic.origin });
  };
  const rates = traffic.rates.filter(({ namespace, service }) => topology.service(namespace, service));
  const strange = traffic.rates.filter(({ namespace, service }) => !topology.service(namespace, service));
  if (rates.length === 0) fail(noService(strange, topology));
  const gone = rates.filter(({ from }) => !isThere(from));
  if (gone.length === rates.length) fail(noSource(gone, topology, zones));
  return {
    ...traffic,
    rates,
    leftOut: [
      ...traffic.leftOut,
      ...leftOut(
        'Service',
        strange.map(({ namespace, service }) => objectKey(namespace, service)),
      ),
      ...leftOut(
        'node',
        gone.filter(({ from }) => from.kind === 'node').map(({ from }) => from.name),
      ),
      ...leftOut(
        'zone',
        gone.filter(({ from }) => from.kind === 'zone').map(({ from }) => from.name),
      ),
    ],
  };
}

function leftOut(noun: string, names: readonly string[]): readonly string[] {
  const distinct = [...new Set(names)];
  if (distinct.length === 0) return [];
  const isAre = pluralForm(distinct.length, 'is', 'are');
  return [`${plural(distinct.length, noun)} that ${isAre} not in this cluster: ${firstNames(distinct, MAX_NAMED)}`];
}

function noService([first]: readonly TrafficRate[], topology: Topology): string {
  const known = topology.services().map(({ namespace, name }) => objectKey(namespace, name));
  const named = first ? objectKey(first.namespace, first.service) : '';
  const example = known[0] === undefined ? '' : `; expected NAMESPACE/NAME, such as ${known[0]}`;
  return `no Service of it is in this cluster, the first is ${named}${didYouMean(named, known) || example}`;
}

function noSource([first]: readonly TrafficRate[], topology: Topology, zones: ReadonlySet<string>): string {
  const kind = first?.from.kind ?? 'node';
  const known = kind === 'zone' ? [...zones] : topology.nodes().map(({ name }) => name);
  const named = first?.from.name ?? '';
  const example = known[0] === undefined ? '' : `; expected the name of a ${kind}, such as ${known[0]}`;
  return `no node and no zone of it is in this cluster, the first ${kind} is ${named}${didYouMean(named, known) || example}`;
}

/**
 * Throws InputError for a Service with a rate of a zone and one of a node in it: nothing in a file tells whether the one is
 * a part of the other.
 */
export function rejectCountedTwice({ rates, origin }: MeasuredTraffic, topology: Topology): void {
  const keyOf = ({ namespace, service }: TrafficRate, zone: string) => `${objectKey(namespace, service)} ${zone}`;
  const ofZones = new Set(rates.filter(({ from }) => from.kind === 'zone').map(rate => keyOf(rate, rate.from.name)));
  if (ofZones.size === 0) return;
  for (const rate of rates) {
    const { namespace, service, from } = rate;
    const zone = from.kind === 'node' ? (topology.node(from.name)?.zone ?? null) : null;
    if (zone === null || !ofZones.has(keyOf(rate, zone))) continue;
    const problem = `${namespace}/${service} has a rate of ${zone} and one of its node ${from.name}; expected one of both`;
    throw new InputError(problem, { file: origin });
  }
}
