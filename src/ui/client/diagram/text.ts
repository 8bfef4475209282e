import { plural, pluralForm } from '../../../model/plural.ts';
import { percent, percentOfGroup } from '../../../report/percent.ts';
import { reasonText } from '../../../report/reason-text.ts';
import type { EndpointZone, TrafficDiagram } from './diagram.ts';
import type { GroupedFlow, GroupedLoss } from './grouped-flows.ts';

/** `×2.3`; `null` if the factor is unknown. */
export function factorText(factor: number | null): string | null {
  return factor === null ? null : `×${factor.toFixed(1)}`;
}

export function pluralText(n: number, noun: string): string {
  return plural(n, noun, each => each.toLocaleString('en'));
}

/** `a1, a2 and 3 more` */
export function listNames(names: readonly string[], most = 4): string {
  const shown = names.length <= most + 1 ? names : names.slice(0, most);
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en')} more` : ''}`;
}

export function labelOf(key: string, picture: TrafficDiagram): string {
  const zones = [...picture.clientZones, ...picture.endpointZones];
  return zones.find(zone => zone.key === key)?.label ?? key;
}

/** Why the nodes of a flow use these endpoints. */
export function flowText(flow: GroupedFlow): string {
  return `${pluralText(flow.nodes, 'node')} ${pluralForm(flow.nodes, 'uses', 'use')} ${flow.reasons.map(reasonText).join('; ')}`;
}

export function lossText(loss: GroupedLoss): string {
  return `${pluralText(loss.nodes.length, 'node')} (${listNames(loss.nodes)}): ${reasonText(loss.reason)}`;
}

/** What happens to lost traffic. */
export function verdictText({ verdict }: Pick<GroupedLoss, 'verdict'>): string {
  return verdict === 'drop' ? 'dropped' : 'refused';
}

/** A flow or a loss in one sentence. */
export function ribbonText(of: GroupedFlow | GroupedLoss, picture: TrafficDiagram): string {
  const from = labelOf(of.from, picture);
  if ('to' in of) return `${from} → ${labelOf(of.to, picture)}, ${of.percent} of the traffic: ${flowText(of)}`;
  return `${from}, ${of.percent} of the traffic is ${verdictText(of)}: ${lossText(of)}`;
}

/** Thresholds of the rule endpoint-overload: `warn` above twice the mean, `info` above one and a half. */
export function overloadLevel(factor: number | null): 'fair' | 'high' | 'overload' {
  if (factor === null || factor <= 1.5) return 'fair';
  return factor <= 2 ? 'high' : 'overload';
}

export function endpointZoneText(zone: EndpointZone): string {
  const ready = pluralText(zone.endpoints.length, 'endpoint');
  const unready = zone.notReady > 0 ? `, ${zone.notReady} not ready` : '';
  const load = zone.factor === null ? '' : `, ${factorText(zone.factor)} of the average endpoint each`;
  return `${zone.label}: ${ready}${unready}, ${zone.percent} of the traffic${load}`;
}

/** Text alternative of the diagram for assistive technology. */
export function diagramText(picture: TrafficDiagram): string {
  const clients = picture.clientZones
    .map(zone => `${zone.label} with ${pluralText(zone.nodes.length, 'node')}`)
    .join(', ');
  const percentOf = percentOfGroup([picture.inZone, picture.lost]);
  const kept = `${percentOf(picture.inZone)} stays in its zone, ${percent(picture.onNode)} on its node.`;
  const lost = picture.losses.length === 0 ? 'Nothing is lost.' : `${percentOf(picture.lost)} is lost.`;
  const endpoints = picture.endpointZones.map(endpointZoneText).join('; ');
  return `Clients: ${clients || 'none'}. Endpoints: ${endpoints || 'none'}. ${kept} ${lost} The table below contains the same data.`;
}
