import type { Finding } from '../../../model/finding.ts';
import { pluralForm } from '../../../model/plural.ts';
import { percent } from '../../../report/percent.ts';
import { TRAFFIC_CLASS_NAMES } from '../../../report/traffic-class-name.ts';
import { nodesLosingTraffic } from '../../../topology/lost-traffic.ts';
import { TRAFFIC_CLASSES, type TrafficClass } from '../../../topology/route.ts';
import { inZoneShare } from '../../../topology/traffic-shares.ts';
import { factorText, listNames, overloadLevel, pluralText } from '../diagram/text.ts';
import { type EvaluatedService, trafficInput } from '../service/evaluate-service.ts';
import { hintsText, maxEndpointFactor } from '../service/traffic-metrics.ts';

export interface DifferenceLine {
  readonly kind: 'better' | 'worse' | 'other';
  readonly text: string;
  /** The rule whose id the text starts with. */
  readonly rule?: string;
}

/** The differences as text, most severe first. Empty if routes and findings are the same. */
export function compareEvaluations(before: EvaluatedService, after: EvaluatedService): readonly DifferenceLine[] {
  return [
    ...TRAFFIC_CLASSES.flatMap(trafficClass => lossLines(trafficClass, before, after)),
    ...handledLines(before, after),
    ...shareLines(before, after),
    ...busiestLines(before, after),
    ...hintLines(before, after),
    ...findingLines(before.findings, after.findings),
  ];
}

function lossLines(
  trafficClass: TrafficClass,
  before: EvaluatedService,
  after: EvaluatedService,
): readonly DifferenceLine[] {
  const [was = [], is = []] = [before, after].map(of => nodesLosingTraffic(trafficClass, trafficInput(of)).slice());
  const remaining = new Set(after.clients.nodes.map(node => node.name));
  const lose = without(is, was);
  // A drained node sends no traffic, so it does not recover.
  const recover = without(was, is).filter(name => remaining.has(name));
  return [
    ...lossLine('worse', lose, { verb: pluralForm(lose.length, 'loses', 'lose'), trafficClass }),
    ...lossLine('better', recover, {
      verb: pluralForm(recover.length, 'no longer loses', 'no longer lose'),
      trafficClass,
    }),
  ];
}

function lossLine(
  kind: DifferenceLine['kind'],
  nodes: readonly string[],
  { verb, trafficClass }: { readonly verb: string; readonly trafficClass: TrafficClass },
): readonly DifferenceLine[] {
  if (nodes.length === 0) return [];
  return [
    {
      kind,
      text: `${pluralText(nodes.length, 'node')} ${verb} traffic (${TRAFFIC_CLASS_NAMES[trafficClass]}): ${listNames(nodes)}`,
    },
  ];
}

function without(names: readonly string[], others: readonly string[]): readonly string[] {
  const set = new Set(others);
  return names.filter(name => !set.has(name));
}

function handledLines(before: EvaluatedService, after: EvaluatedService): readonly DifferenceLine[] {
  if (before.ports.length === 0 || after.ports.length > 0) return [];
  return [{ kind: 'other', text: 'the routing of this data plane is unknown: no diagram, and most rules are skipped' }];
}

function shareLines(before: EvaluatedService, after: EvaluatedService): readonly DifferenceLine[] {
  const [was, is] = [inZoneShare(before.ports, before.clients), inZoneShare(after.ports, after.clients)];
  if (was === null || is === null || percent(was) === percent(is)) return [];
  return [
    {
      kind: is > was ? 'better' : 'worse',
      text: `in-zone share of ClusterIP traffic: ${percent(was)} → ${percent(is)}`,
    },
  ];
}

function busiestLines(before: EvaluatedService, after: EvaluatedService): readonly DifferenceLine[] {
  const [was, is] = [maxEndpointFactor(before), maxEndpointFactor(after)];
  if (was === null || is === null || factorText(was) === factorText(is)) return [];
  const isFair = overloadLevel(was) === 'fair' && overloadLevel(is) === 'fair';
  const kind = isFair ? 'other' : is < was ? 'better' : 'worse';
  return [{ kind, text: `busiest endpoint: ${factorText(was)} → ${factorText(is)} of the average` }];
}

function hintLines(before: EvaluatedService, after: EvaluatedService): readonly DifferenceLine[] {
  const [was, is] = [hintsText(before), hintsText(after)];
  return was === is ? [] : [{ kind: 'other', text: `hints: ${was} → ${is}` }];
}

function findingLines(before: readonly Finding[], after: readonly Finding[]): readonly DifferenceLine[] {
  const has = (all: readonly Finding[], { rule, path }: Finding) => all.some(f => f.rule === rule && f.path === path);
  const line = (kind: DifferenceLine['kind'], { rule, level }: Finding, verb: string): DifferenceLine => ({
    kind: level === 'info' ? 'other' : kind,
    rule,
    text: `${rule} (${level}) ${verb}`,
  });
  return [
    ...after.filter(finding => !has(before, finding)).map(finding => line('worse', finding, 'appears')),
    ...before.filter(finding => !has(after, finding)).map(finding => line('better', finding, 'disappears')),
  ];
}
