import type { Advice, SettingResult } from '../../src/engine/advice/advice.ts';
import { Advisor } from '../../src/engine/advice/advisor.ts';
import { settingText, withSetting } from '../../src/engine/advice/setting.ts';
import { type OracleAdvice, type OracleSetting, oracleAdvice } from './advice-oracle.ts';
import { type AdviceInput, randomAdvice } from './random-advice.ts';

/** Where the advice for one random Service and brute force differ, and where applied advice is not kept; empty if nowhere. */
export function adviceDisagreements(seed: number): readonly string[] {
  const input = randomAdvice(seed);
  const advice = new Advisor(input.cluster).advise(input.service);
  if (!isCompared(advice)) return [];
  const found = [...disagreementsWith(oracleAdvice(input), advice)];
  if (advice.kind === 'change') found.push(...unstable(advice, input));
  return found.map(text => `seed ${seed}: ${text}`);
}

/** False if there is nothing to compare: too little is known, or no setting has an effect. */
export function isCompared(advice: Advice): boolean {
  return advice.kind !== 'none' || advice.because === 'unsafe';
}

/** Where advice and brute force differ. */
export function disagreementsWith(oracle: OracleAdvice, advice: Advice): readonly string[] {
  const found: string[] = [];
  const advised = advice.kind === 'none' ? null : settingText(advice.setting);
  if (advised !== oracle.advised) found.push(`advises ${advised}, brute force ${oracle.advised}`);
  for (const result of advice.results) {
    const expected = oracle.settings.find(({ name }) => name === settingText(result.setting));
    if (expected) found.push(...figureDisagreements(result, expected));
  }
  return found;
}

/**
 * Settings that prefer zones, for which the cases that represent all combinations of Pods are not the worst. The answer says that
 * they need not be if some Pods are on nodes without a zone, so only nodes with a zone are compared.
 */
export function unevenDisagreements(seed: number): readonly string[] {
  const input = randomAdvice(seed);
  if (input.cluster.topology.nodes().some(({ zone }) => zone === null)) return [];
  // Without a limit no setting is rejected before its worst case.
  const workloads = () => [{ ...input.workload, cpuLimit: null }];
  const topology = { ...input.cluster.topology, workloads };
  const advice = new Advisor({ ...input.cluster, topology, maxLoad: 1000, maxVariants: 0 }).advise(input.service);
  const oracle = oracleAdvice(input);
  return advice.results
    .filter(({ setting }) => setting.trafficDistribution !== 'PreferSameNode')
    .flatMap(result => {
      const expected = oracle.settings.find(({ name }) => name === settingText(result.setting));
      return expected ? figureDisagreements(result, expected) : [];
    })
    .map(text => `seed ${seed}: ${text}`);
}

/** True for cases in which advice is possible: the others compare nothing. */
export function isAdvisable(seed: number): boolean {
  const input = randomAdvice(seed);
  return isCompared(new Advisor(input.cluster).advise(input.service));
}

function figureDisagreements(
  { setting, today, worst, rejected }: SettingResult,
  oracle: OracleSetting,
): readonly string[] {
  const name = settingText(setting);
  const loses = rejected?.kind === 'loses-traffic' || rejected?.kind === 'not-established';
  // A setting that another reason rejects is not evaluated to the end.
  if (loses !== oracle.losesTraffic && (loses || worst)) return [`${name} loses traffic: ${loses}`];
  if (rejected?.kind === 'overloads' && !oracle.overloads) return [`${name} overloads an endpoint, not by brute force`];
  if (
    rejected?.kind === 'overloads' &&
    rejected.times === 'pods-left' &&
    rejected.factor > oracle.busiestAtWorst + 1e-4
  ) {
    return [`${name} gets ${rejected.factor}, brute force ${oracle.busiestAtWorst}`];
  }
  const pairs = [
    ['in zone today', today.inZone, oracle.inZoneToday],
    ...(worst
      ? [
          ['in zone at worst', worst.inZone.value, oracle.inZoneAtWorst],
          ['busiest at worst', worst.busiest?.value ?? 0, oracle.busiestAtWorst],
        ]
      : []),
  ] as const;
  return pairs
    .filter(([, own, other]) => Math.abs(Number(own) - Number(other)) > 1e-4)
    .map(([what, own, other]) => `${name}, ${what}: ${own}, brute force ${other}`);
}

/** Advice that is applied must be kept. */
function unstable(
  advice: Extract<Advice, { kind: 'keep' | 'change' }>,
  { service, cluster }: AdviceInput,
): readonly string[] {
  const changed = withSetting(service, advice.setting);
  const again = new Advisor({
    ...cluster,
    topology: { ...cluster.topology, services: () => [changed], service: () => changed },
  }).advise(changed);
  if (again.kind === 'keep') return [];
  return [
    `${settingText(advice.setting)} is applied, and the advice is then ${again.kind === 'none' ? 'none' : settingText(again.setting)}`,
  ];
}
