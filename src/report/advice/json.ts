import type { Advice, AdviceTraffic, SettingResult, WorstFigure } from '../../engine/advice/advice.ts';
import type { Setting } from '../../engine/advice/setting.ts';
import { editsFor, settingText } from '../../engine/advice/setting.ts';
import type { Scenario } from '../../topology/scenarios/scenario.ts';
import { sendersJson } from '../measured-traffic.ts';
import { zoneBytesJson } from '../zone-bytes.ts';
import { explainCommand } from './explain-flags.ts';
import { type ObjectPatch, patchCommand, servicePatch, workloadPatches } from './patches.ts';
import { caseText, rejectionText } from './reasons.ts';
import type { AdviceContext } from './rows.ts';

/** One Service of `advise -o json`. The field names are a contract. */
export function adviceJson(advice: Advice, { clusterFlags, pricePerGB = null }: AdviceContext): object {
  const { service, assumed, workload: better, traffic } = advice;
  return {
    namespace: service.namespace,
    name: service.name,
    ...decisionJson(advice),
    ...(traffic && { traffic: adviceTrafficJson(traffic, pricePerGB) }),
    settings: advice.results.map(result => settingJson(result, advice, clusterFlags)),
    workload: better && {
      ...{ kind: better.workload.kind, namespace: better.workload.namespace, name: better.workload.name },
      ...{ replicas: better.replicas, setting: settingFields(better.setting) },
      ...{ inZone: better.inZone, busiest: better.busiest },
      patches: workloadPatches(better).map(patchJson),
    },
    assumed,
  };
}

/** Made one by one, as they are read. */
export function* adviceList(advice: readonly Advice[], clusterFlags: readonly string[]): Generator<object> {
  for (const one of advice) yield adviceJson(one, { clusterFlags });
}

function adviceTrafficJson(traffic: AdviceTraffic, pricePerGB: number | null): object {
  const { bytes } = traffic;
  return {
    ...sendersJson(traffic),
    ...(bytes && {
      today: zoneBytesJson(bytes.today, { pricePerGB }),
      advised: zoneBytesJson(bytes.advised, { pricePerGB }),
    }),
  };
}

function decisionJson(advice: Advice): object {
  if (advice.kind === 'none') {
    return { advice: 'none', because: advice.because, reasons: advice.reasons, setting: null, patch: null };
  }
  const { kind, setting, edits, allowedLoad, service } = advice;
  const patch = edits.length === 0 ? null : patchJson(servicePatch(service, edits));
  return { advice: kind, setting: settingFields(setting), allowedLoad, patch };
}

function patchJson(patch: ObjectPatch): object {
  return { type: patch.type, patch: patch.patch, command: patchCommand(patch) };
}

function settingFields({ internalTrafficPolicy, trafficDistribution, topologyModeAuto }: Setting): object {
  return { internalTrafficPolicy, trafficDistribution, topologyMode: topologyModeAuto ? 'Auto' : null };
}

function settingJson(
  { setting, today, worst, rejected }: SettingResult,
  advice: Advice,
  clusterFlags: readonly string[],
): object {
  const { service, hintsDiffer } = advice;
  const edits = editsFor(service, setting);
  const explain = (scenarios: readonly Scenario[]) =>
    explainCommand({ service, edits, scenarios, hintsDiffer }, clusterFlags);
  const worstJson = ({ value, in: ref }: WorstFigure) => {
    return { value, case: ref.kind, when: caseText(ref), explain: explain(ref.scenarios) };
  };
  const { known: _, isLossy: __, busiestOfToday: ___, ...outcome } = today;
  const allowed = advice.kind === 'none' ? null : advice.allowedLoad;
  const isBounded = allowed !== null && allowed.cpuLimit !== null;
  return {
    name: settingText(setting),
    ...settingFields(setting),
    today: { ...outcome, explain: explain([]) },
    worst: worst && {
      inZone: worstJson(worst.inZone),
      busiest: worst.busiest && worstJson(worst.busiest),
      ...(isBounded && { busiestOfToday: worst.busiestOfToday && worstJson(worst.busiestOfToday) }),
    },
    rejected: rejected && {
      reason: rejected.kind,
      text: rejectionText(rejected, allowed),
      ...('in' in rejected && { explain: explain(rejected.in.scenarios) }),
    },
  };
}
