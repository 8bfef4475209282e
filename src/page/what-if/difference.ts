import type { Finding } from '../../model/finding.ts';
import { describeAbsence } from '../../topology/hints-absence.ts';
import { internalLoad } from '../../topology/load.ts';
import type { TrafficClass } from '../../topology/verdict.ts';
import { CLASS_TEXTS, count, listed, percent, times } from '../picture/words.ts';
import { sendersOf } from '../picture/senders.ts';
import type { Judgement } from '../service/situation.ts';

export interface DifferenceLine {
  readonly kind: 'better' | 'worse' | 'other';
  readonly text: string;
}

export const TRAFFIC_CLASSES: readonly TrafficClass[] = ['internal', 'external', 'shortCircuit'];

/** What is otherwise, in words, the gravest first. Empty where traffic goes where it went and the rules say what they said. */
export function differences(before: Judgement, after: Judgement): readonly DifferenceLine[] {
  return [
    ...TRAFFIC_CLASSES.flatMap(trafficClass => lossLines(trafficClass, before, after)),
    ...handledLines(before, after),
    ...shareLines(before, after),
    ...busiestLines(before, after),
    ...hintLines(before, after),
    ...findingLines(before.findings, after.findings),
  ];
}

/**
 * Names of the nodes whose traffic of the class has nowhere to go, on any port. A port without endpoints, beside others that
 * have some, may be one to come.
 */
export function losingNodes(trafficClass: TrafficClass, of: Judgement): readonly string[] {
  const filled = of.ports.filter(({ index }) => index.all.length > 0);
  const names = (filled.length > 0 ? filled : of.ports).flatMap(port =>
    sendersOf(trafficClass, port, of)
      .sending.filter(({ node }) => (port.route(trafficClass, node)?.verdict ?? 'forward') !== 'forward')
      .map(({ node }) => node.name),
  );
  return [...new Set(names)];
}

function lossLines(trafficClass: TrafficClass, before: Judgement, after: Judgement): readonly DifferenceLine[] {
  const [was, is] = [losingNodes(trafficClass, before), losingNodes(trafficClass, after)];
  const remaining = new Set(after.clients.map(node => node.name));
  const lose = without(is, was);
  // A drained node loses nothing, but that is no recovery.
  const recover = without(was, is).filter(name => remaining.has(name));
  return [
    ...lossLine('worse', lose, { verb: lose.length === 1 ? 'loses' : 'lose', trafficClass }),
    ...lossLine('better', recover, { verb: recover.length === 1 ? 'no longer loses' : 'no longer lose', trafficClass }),
  ];
}

function lossLine(
  kind: DifferenceLine['kind'],
  nodes: readonly string[],
  { verb, trafficClass }: { readonly verb: string; readonly trafficClass: TrafficClass },
): readonly DifferenceLine[] {
  if (nodes.length === 0) return [];
  return [{ kind, text: `${count(nodes.length, 'node')} ${verb} traffic (${CLASS_TEXTS[trafficClass]}): ${listed(nodes)}` }];
}

function without(names: readonly string[], others: readonly string[]): readonly string[] {
  const set = new Set(others);
  return names.filter(name => !set.has(name));
}

function handledLines(before: Judgement, after: Judgement): readonly DifferenceLine[] {
  if (before.ports.length === 0 || after.ports.length > 0) return [];
  return [{ kind: 'other', text: 'nothing is known of how this data plane routes: no picture, and most rules are silent' }];
}

/** Mean over the ports that have endpoints in known zones, `null` where none has; the same as the overview's share. */
export function inZoneShare({ ports, clients }: Judgement): number | null {
  if (clients.every(({ zone }) => zone === null)) return null;
  const placed = ports.filter(({ index }) => [...index.ready, ...index.draining].some(({ zone }) => zone !== null));
  if (placed.length === 0) return null;
  return placed.reduce((sum, port) => sum + internalLoad(port, clients).inZone, 0) / placed.length;
}

function shareLines(before: Judgement, after: Judgement): readonly DifferenceLine[] {
  const [was, is] = [inZoneShare(before), inZoneShare(after)];
  if (was === null || is === null || percent(was) === percent(is)) return [];
  return [{ kind: is > was ? 'better' : 'worse', text: `in-zone share of ClusterIP traffic: ${percent(was)} → ${percent(is)}` }];
}

/** Load of the busiest endpoint over the mean, of ClusterIP traffic, on the port where that is worst. */
export function busiest({ ports, clients }: Judgement): number | null {
  const factors = ports.flatMap(port => {
    const loads = [...internalLoad(port, clients).byEndpoint.values()];
    const carried = loads.reduce((sum, load) => sum + load, 0);
    const most = loads.reduce((max, load) => Math.max(max, load), 0);
    return carried > 0 ? [(most / carried) * Math.max(port.index.ready.length, 1)] : [];
  });
  return factors.length > 0 ? factors.reduce((max, factor) => Math.max(max, factor)) : null;
}

function busiestLines(before: Judgement, after: Judgement): readonly DifferenceLine[] {
  const [was, is] = [busiest(before), busiest(after)];
  if (was === null || is === null || times(was) === times(is)) return [];
  return [{ kind: is < was ? 'better' : 'worse', text: `busiest endpoint: ${times(was)} → ${times(is)} of the average` }];
}

function hintLines(before: Judgement, after: Judgement): readonly DifferenceLine[] {
  const [was, is] = [sayHints(before), sayHints(after)];
  return was === is ? [] : [{ kind: 'other', text: `hints: ${was} → ${is}` }];
}

/** `zone-a 2, zone-b 3`, or why there are none. */
export function sayHints({ slices, hintsAbsentBecause }: Judgement): string {
  const zones = new Map<string, number>();
  let nodes = 0;
  for (const { hints } of slices.flatMap(slice => slice.endpoints)) {
    for (const zone of hints?.zones ?? []) zones.set(zone, (zones.get(zone) ?? 0) + 1);
    nodes += hints?.nodes.length ?? 0;
  }
  if (zones.size === 0 && nodes === 0) {
    const [absence] = hintsAbsentBecause.values();
    return absence ? `none (${describeAbsence(absence)})` : 'none';
  }
  const named = [...zones].sort(([a], [b]) => (a < b ? -1 : 1)).map(([zone, n]) => `${zone} ${n}`);
  return [listed(named, 6), ...(nodes > 0 ? [`${count(nodes, 'endpoint')} hinted for a node`] : [])].join('; ');
}

function findingLines(before: readonly Finding[], after: readonly Finding[]): readonly DifferenceLine[] {
  const has = (all: readonly Finding[], { rule, path }: Finding) => all.some(f => f.rule === rule && f.path === path);
  const line = (kind: DifferenceLine['kind'], { rule, level }: Finding, verb: string): DifferenceLine => ({
    kind: level === 'info' ? 'other' : kind,
    text: `${rule} (${level}) ${verb}`,
  });
  return [
    ...after.filter(finding => !has(before, finding)).map(finding => line('worse', finding, 'appears')),
    ...before.filter(finding => !has(after, finding)).map(finding => line('better', finding, 'disappears')),
  ];
}
