import type {
  Advice,
  Advised,
  AllowedLoad,
  MeanOf,
  NoAdvice,
  SettingResult,
  WorstFigure,
} from '../../engine/advice/advice.ts';
import { editsFor, isSameSetting, settingOf, settingText } from '../../engine/advice/setting.ts';
import type { FieldEdit } from '../../model/finding.ts';
import type { Scenario } from '../../topology/scenarios/scenario.ts';
import { percent } from '../percent.ts';
import { zoneBytesText } from '../zone-bytes.ts';
import { explainCommand } from './explain-flags.ts';
import { patchCommand, servicePatch, workloadPatches } from './patches.ts';
import { caseText, downTo, factorText, meanText, rejectionText, whyLimited } from './reasons.ts';

/** A change of the Service and of its cluster. */
export interface Shown {
  readonly edits: readonly FieldEdit[];
  readonly scenarios: readonly Scenario[];
}

/** One line of an advice. */
export interface AdviceRow {
  readonly kind: 'text' | 'patch' | 'check';
  /** Empty if the row continues the one before. */
  readonly label: string;
  readonly text: string;
  /** Where the figures of the row can be seen; `null` if it has none, or those of today's setting. */
  readonly shows: Shown | null;
}

export interface AdviceRows {
  /** The advice in a few words: `keep Cluster`. */
  readonly head: string;
  readonly rows: readonly AdviceRow[];
}

export interface AdviceContext {
  /** Words that name the cluster and its traffic, for the commands that check the advice. */
  readonly clusterFlags: readonly string[];
  /** The price of a GB between zones; only with measured bytes. */
  readonly pricePerGB?: number | null;
}

/** The advice for one Service, line by line. */
export function adviceRows(advice: Advice, context: AdviceContext): AdviceRows {
  const { head, rows } = advice.kind === 'none' ? noAdviceRows(advice) : advisedRows(advice, context);
  return { head, rows: [...rows, ...workloadRows(advice), ...advice.assumed.map(note => row('assumed', note))] };
}

function row(label: string, text: string, shows: Shown | null = null): AdviceRow {
  return { kind: 'text', label, text, shows };
}

function commandRow(kind: 'patch' | 'check', label: string, text: string): AdviceRow {
  return { kind, label, text, shows: null };
}

function noAdviceRows(advice: NoAdvice): AdviceRows {
  const head = {
    unknown: 'no advice: too little is known',
    'node-local': 'no advice: internalTrafficPolicy Local may be on purpose',
    'not-applicable': 'no advice: the traffic fields have no effect',
    unsafe: `no advice: ${advice.reasons[0] ?? ''}`,
  }[advice.because];
  const reasons = advice.because === 'unsafe' ? [] : advice.reasons;
  const label = advice.because === 'unknown' ? 'missing' : 'reason';
  return { head, rows: [...reasons.map(reason => row(label, reason)), ...otherRows(advice, null)] };
}

function advisedRows(advice: Advised, { clusterFlags, pricePerGB = null }: AdviceContext): AdviceRows {
  const { service, setting, edits, results } = advice;
  const advised = results.find(({ rejected }) => rejected === null);
  const today = results.find(result => isSameSetting(result.setting, settingOf(service)));
  if (!advised?.worst || !today) throw new Error('an advised setting was not evaluated');
  const name = settingText(setting);
  const isKept = edits.length === 0;
  const rows = [
    row('today', `${settingText(today.setting)}: ${figures(today)}`),
    ...(isKept ? [] : [row('advised', `${name}: ${figures(advised)}`, { edits, scenarios: [] })]),
    ...bytesRows(advice, pricePerGB),
    ...worstRows(advised.worst, advice),
    ...(isKept ? [] : [commandRow('patch', 'patch', patchCommand(servicePatch(service, edits)))]),
    ...checkRows(advice, advised.worst, clusterFlags),
    ...otherRows(advice, advice.allowedLoad),
  ];
  return { head: `${isKept ? 'keep' : 'change to'} ${name}`, rows };
}

function bytesRows({ traffic, edits }: Advised, pricePerGB: number | null): readonly AdviceRow[] {
  if (!traffic?.bytes) return [];
  const { today, advised } = traffic.bytes;
  const own = row('bytes', `today ${zoneBytesText(today, { pricePerGB })}`);
  if (edits.length === 0) return [own];
  return [own, row('', `advised ${zoneBytesText(advised, { pricePerGB })}`, { edits, scenarios: [] })];
}

type Worst = NonNullable<SettingResult['worst']>;

function worstRows({ inZone, busiest, busiestOfToday }: Worst, advice: Advised): readonly AdviceRow[] {
  const { edits, allowedLoad } = advice;
  const { value, in: ref } = inZone;
  const shows = worthShowing({ edits, scenarios: ref.scenarios });
  return [
    row('worst case', `${percent(value)} in its zone ${caseText(ref)}`, shows),
    ...busiestRows(busiest, { times: 'pods-left', limit: allowedLoad.maxLoad, edits }),
    ...busiestRows(busiestOfToday, { times: 'todays-pods', limit: allowedLoad.cpuLimit, edits }),
  ];
}

interface BusiestInput {
  readonly times: MeanOf;
  readonly limit: number | null;
  readonly edits: readonly FieldEdit[];
}

function busiestRows(worst: WorstFigure | null, { times, limit, edits }: BusiestInput): readonly AdviceRow[] {
  if (!worst || limit === null) return [];
  const load = `${factorText(worst.value)}${meanText(times)}`;
  const text = `busiest endpoint ${load} ${caseText(worst.in)} (${downTo(limit)} allowed${whyLimited(times)})`;
  return [row('', text, worthShowing({ edits, scenarios: worst.in.scenarios }))];
}

function figures({ today }: SettingResult): string {
  const lost = today.lost > 0 ? `${percent(today.lost)} lost, ` : '';
  const shares = `${percent(today.inZone)} in its zone, ${percent(today.onNode)} on its node`;
  return `${lost}${shares}, busiest endpoint ${factorText(today.busiest)}`;
}

/** The commands that show the advice today and in its worst cases, each once. */
function checkRows(
  { service, edits, hintsDiffer }: Advised,
  { inZone, busiest }: Worst,
  clusterFlags: readonly string[],
): readonly AdviceRow[] {
  const cases = [[], inZone.in.scenarios, ...(busiest ? [busiest.in.scenarios] : [])];
  const commands = cases.map(scenarios => explainCommand({ service, edits, scenarios, hintsDiffer }, clusterFlags));
  return [...new Set(commands)].map((command, i) => commandRow('check', i === 0 ? 'check' : '', command));
}

function otherRows({ service, results }: Advice, allowed: AllowedLoad | null): readonly AdviceRow[] {
  return results
    .flatMap(({ setting, rejected }) => (rejected ? { setting, rejected } : []))
    .map(({ setting, rejected }, i) => {
      const shows = { edits: editsFor(service, setting), scenarios: 'in' in rejected ? rejected.in.scenarios : [] };
      const text = `${settingText(setting)}: ${rejectionText(rejected, allowed)}`;
      return row(i === 0 ? 'not advised' : '', text, worthShowing(shows));
    });
}

/** `null` for today's Service in today's cluster. */
function worthShowing(shown: Shown): Shown | null {
  return shown.edits.length > 0 || shown.scenarios.length > 0 ? shown : null;
}

function workloadRows({ workload: better }: Advice): readonly AdviceRow[] {
  if (!better) return [];
  const { setting, inZone, busiest, replicas } = better;
  const pods = `${replicas} Pods spread evenly over the zones`;
  const brings = `${percent(inZone)} in its zone, busiest endpoint at worst ${factorText(busiest)}`;
  return [
    row('better with', `${pods}: ${settingText(setting)} is then safe (${brings})`),
    ...workloadPatches(better).map(patch => commandRow('patch', '', patchCommand(patch))),
  ];
}
