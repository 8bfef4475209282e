import type { Advice, Advised, AllowedLoad, MeanOf, SettingResult, WorstFigure } from '../../engine/advice/advice.ts';
import { isSameSetting, settingOf, settingText } from '../../engine/advice/setting.ts';
import { styled, type TextStyle } from '../explain/style.ts';
import { percent } from '../percent.ts';
import { printableValues } from '../printable.ts';
import { explainCommand } from './explain-flags.ts';
import { patchCommand, servicePatch, workloadPatches } from './patches.ts';
import { caseText, downTo, factorText, meanText, rejectionText, whyLimited } from './reasons.ts';

export interface AdviceStyle extends TextStyle {
  /** Words that name the cluster, for the commands that check the advice. */
  readonly clusterFlags: readonly string[];
}

/** The advice for one Service as text. */
export function adviceText(given: Advice, style: AdviceStyle): string {
  const advice = printableValues(given);
  const { service } = advice;
  const title = styled(style, 'bold', `${service.namespace}/${service.name}`);
  const lines = advice.kind === 'none' ? noAdviceLines(advice) : advisedLines(advice, style);
  const [head, ...rest] = [...lines, ...workloadLines(advice), ...advice.assumed.map(note => row('assumed', note))];
  return `${[`${title}  ${head}`, ...rest].join('\n')}\n`;
}

const LABEL_WIDTH = 12;

function row(label: string, text: string): string {
  return `  ${label.padEnd(LABEL_WIDTH)}${text}`;
}

function noAdviceLines(advice: Extract<Advice, { kind: 'none' }>): readonly string[] {
  const head = {
    unknown: 'no advice: too little is known',
    'node-local': 'no advice: internalTrafficPolicy Local may be on purpose',
    'not-applicable': 'no advice: the traffic fields have no effect',
    unsafe: `no advice: ${advice.reasons[0] ?? ''}`,
  }[advice.because];
  const reasons = advice.because === 'unsafe' ? [] : advice.reasons;
  return [
    head,
    ...reasons.map(reason => row(advice.because === 'unknown' ? 'missing' : 'reason', reason)),
    ...otherLines(advice.results, null),
  ];
}

function advisedLines(advice: Advised, style: AdviceStyle): readonly string[] {
  const { service, setting, edits, results } = advice;
  const advised = results.find(({ rejected }) => rejected === null);
  const today = results.find(result => isSameSetting(result.setting, settingOf(service)));
  if (!advised?.worst || !today) throw new Error('an advised setting was not evaluated');
  const name = settingText(setting);
  const what =
    edits.length === 0
      ? [`keep ${name}`, row('today', `${name}: ${figures(advised)}`)]
      : [
          `change to ${name}`,
          row('today', `${settingText(today.setting)}: ${figures(today)}`),
          row('advised', `${name}: ${figures(advised)}`),
        ];
  return [
    ...what,
    ...worstLines(advised.worst, advice.allowedLoad),
    ...(edits.length === 0 ? [] : [row('patch', patchCommand(servicePatch(service, edits)))]),
    ...checkLines(advice, advised.worst, style),
    ...otherLines(results, advice.allowedLoad),
  ];
}

type Worst = NonNullable<SettingResult['worst']>;

function worstLines({ inZone, busiest, busiestOfToday }: Worst, { maxLoad, cpuLimit }: AllowedLoad): readonly string[] {
  return [
    row('worst case', `${percent(inZone.value)} in its zone ${caseText(inZone.in)}`),
    ...busiestLines(busiest, 'pods-left', maxLoad),
    ...busiestLines(busiestOfToday, 'todays-pods', cpuLimit),
  ];
}

function busiestLines(worst: WorstFigure | null, times: MeanOf, limit: number | null): readonly string[] {
  if (!worst || limit === null) return [];
  const load = `${factorText(worst.value)}${meanText(times)}`;
  return [row('', `busiest endpoint ${load} ${caseText(worst.in)} (${downTo(limit)} allowed${whyLimited(times)})`)];
}

function figures({ today }: SettingResult): string {
  const lost = today.lost > 0 ? `${percent(today.lost)} lost, ` : '';
  const shares = `${percent(today.inZone)} in its zone, ${percent(today.onNode)} on its node`;
  return `${lost}${shares}, busiest endpoint ${factorText(today.busiest)}`;
}

/** The commands that show the advice today and in its worst cases, each once. */
function checkLines(
  { service, edits, hintsDiffer }: Advised,
  { inZone, busiest }: Worst,
  { clusterFlags }: AdviceStyle,
): readonly string[] {
  const cases = [[], inZone.in.scenarios, ...(busiest ? [busiest.in.scenarios] : [])];
  const commands = cases.map(scenarios => explainCommand({ service, edits, scenarios, hintsDiffer }, clusterFlags));
  return [...new Set(commands)].map((command, i) => row(i === 0 ? 'check' : '', command));
}

function otherLines(results: readonly SettingResult[], allowed: AllowedLoad | null): readonly string[] {
  return results
    .flatMap(({ setting, rejected }) => (rejected ? { setting, rejected } : []))
    .map(({ setting, rejected }, i) =>
      row(i === 0 ? 'not advised' : '', `${settingText(setting)}: ${rejectionText(rejected, allowed)}`),
    );
}

function workloadLines({ workload: better }: Advice): readonly string[] {
  if (!better) return [];
  const { setting, inZone, busiest, replicas } = better;
  const pods = `${replicas} Pods spread evenly over the zones`;
  const brings = `${percent(inZone)} in its zone, busiest endpoint at worst ${factorText(busiest)}`;
  return [
    row('better with', `${pods}: ${settingText(setting)} is then safe (${brings})`),
    ...workloadPatches(better).map(patch => row('', patchCommand(patch))),
  ];
}
