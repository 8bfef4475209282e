import type { Advice, Advised, AllowedLoad, SettingResult } from '../../engine/advice/advice.ts';
import { isSameSetting, settingOf, settingText } from '../../engine/advice/setting.ts';
import { styled, type TextStyle } from '../explain/style.ts';
import { percent } from '../percent.ts';
import { printableValues } from '../printable.ts';
import { explainCommand } from './explain-flags.ts';
import { patchCommand, servicePatch, workloadPatches } from './patches.ts';
import { BY_CPU_LIMIT, caseText, downTo, factorText, meanText, rejectionText } from './reasons.ts';

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
  const { service, setting, edits, results, allowedLoad } = advice;
  const advised = results.find(({ rejected }) => rejected === null);
  const today = results.find(result => isSameSetting(result.setting, settingOf(service)));
  if (!advised?.worst || !today) throw new Error('an advised setting was not evaluated');
  const { inZone, busiest, busiestOfToday } = advised.worst;
  const worst = (value: string, ref: typeof inZone.in) => `${value} ${caseText(ref)}`;
  const head = edits.length === 0 ? `keep ${settingText(setting)}` : `change to ${settingText(setting)}`;
  return [
    head,
    ...(edits.length === 0 ? [] : [row('today', `${settingText(today.setting)}: ${figures(today)}`)]),
    row(edits.length === 0 ? 'today' : 'advised', `${settingText(setting)}: ${figures(advised)}`),
    row('worst case', worst(`${percent(inZone.value)} in its zone`, inZone.in)),
    ...(busiest
      ? [
          row(
            '',
            `${worst(`busiest endpoint ${factorText(busiest.value)}`, busiest.in)} (${downTo(allowedLoad.maxLoad)} allowed)`,
          ),
        ]
      : []),
    ...(busiestOfToday && allowedLoad.cpuLimit !== null
      ? [
          row(
            '',
            `${worst(`busiest endpoint ${factorText(busiestOfToday.value)}${meanText('todays-pods')}`, busiestOfToday.in)} (${downTo(allowedLoad.cpuLimit)} allowed${BY_CPU_LIMIT})`,
          ),
        ]
      : []),
    ...(edits.length === 0 ? [] : [row('patch', patchCommand(servicePatch(service, edits)))]),
    row(
      'check',
      explainCommand({ service, edits, scenarios: [], hintsDiffer: advice.hintsDiffer }, style.clusterFlags),
    ),
    ...checkLines(advice, style),
    ...otherLines(results, allowedLoad),
  ];
}

function figures({ today }: SettingResult): string {
  const lost = today.lost > 0 ? `${percent(today.lost)} lost, ` : '';
  const shares = `${percent(today.inZone)} in its zone, ${percent(today.onNode)} on its node`;
  return `${lost}${shares}, busiest endpoint ${factorText(today.busiest)}`;
}

/** The commands that show the worst cases, each once. */
function checkLines({ service, edits, results }: Advised, { clusterFlags }: AdviceStyle): readonly string[] {
  const worst = results.find(({ rejected }) => rejected === null)?.worst;
  const cases = worst ? [worst.inZone.in, ...(worst.busiest ? [worst.busiest.in] : [])] : [];
  const commands = cases
    .filter(({ scenarios }) => scenarios.length > 0)
    .map(({ scenarios }) => explainCommand({ service, edits, scenarios, hintsDiffer: false }, clusterFlags));
  return [...new Set(commands)].map(command => row('', command));
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
