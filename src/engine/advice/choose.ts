import type { Rejection, SettingResult } from './advice.ts';
import type { Setting } from './setting.ts';
import { isSameSetting } from './setting.ts';

export interface ChoiceInput {
  /** The simplest first. */
  readonly results: readonly SettingResult[];
  readonly today: Setting;
  /** Pods of a DaemonSet serve their node: among equals, the setting wins that keeps most traffic on the node. */
  readonly prefersNode: boolean;
}

export interface Choice {
  /** `null` if every setting is rejected. */
  readonly chosen: SettingResult | null;
  readonly results: readonly SettingResult[];
}

/** Smaller differences count as none. A change for a percent is not worth a rollout. */
export const MIN_GAIN = 0.01;

/**
 * The setting that loses nothing and overloads no endpoint in any case, and keeps most traffic in its zone. Among equals
 * today's wins, then the simplest.
 */
export function chooseSetting({ results, today, prefersNode }: ChoiceInput): Choice {
  const safe = results.filter(({ rejected }) => rejected === null);
  const inZone = withMost(safe, result => result.today.inZone);
  const best = prefersNode ? withMost(inZone, result => result.today.onNode) : inZone;
  const preferred = best.find(({ setting }) => isSameSetting(setting, today)) ?? best[0] ?? null;
  const newer = insteadOfAuto(best, preferred) ?? preferred;
  const chosen = isWorseThanUnknown(results, { today, chosen: newer }) ? null : newer;
  const rejection = (result: SettingResult): Rejection | null => {
    if (result.rejected !== null || result === chosen) return result.rejected;
    if (!inZone.includes(result)) return { kind: 'less-in-zone', share: result.today.inZone };
    return best.includes(result) ? { kind: 'no-better' } : { kind: 'less-on-node', share: result.today.onNode };
  };
  return { chosen, results: results.map(result => ({ ...result, rejected: rejection(result) })) };
}

/** topology-mode Auto is deprecated: a trafficDistribution that keeps as much today and at worst comes before it. */
function insteadOfAuto(best: readonly SettingResult[], preferred: SettingResult | null): SettingResult | null {
  if (!preferred?.setting.topologyModeAuto) return null;
  const atWorst = ({ worst }: SettingResult) => worst?.inZone.value ?? 0;
  const newer = best.filter(({ setting }) => setting.trafficDistribution !== null && !setting.topologyModeAuto);
  return newer.find(result => atWorst(result) > atWorst(preferred) - MIN_GAIN) ?? null;
}

/** The result of topology-mode Auto after the loss of several Pods is unknown. That alone does not justify keeping less in the zone. */
function isWorseThanUnknown(
  results: readonly SettingResult[],
  { today, chosen }: { readonly today: Setting; readonly chosen: SettingResult | null },
): boolean {
  const own = results.find(({ setting }) => isSameSetting(setting, today));
  const isUnknown = own?.rejected?.kind === 'depends-on-old-hints';
  return isUnknown && chosen !== null && chosen.today.inZone <= own.today.inZone - MIN_GAIN;
}

function withMost(
  results: readonly SettingResult[],
  share: (result: SettingResult) => number,
): readonly SettingResult[] {
  const most = Math.max(...results.map(share));
  return results.filter(result => share(result) > most - MIN_GAIN);
}
