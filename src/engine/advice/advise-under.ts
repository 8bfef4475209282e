import type { Advice } from './advice.ts';
import { allowedLoad } from './allowed-load.ts';
import { settingAssumptions } from './assumptions.ts';
import { chooseSetting } from './choose.ts';
import { type CandidateInput, evaluateIn, type ServiceInput } from './evaluate-in.ts';
import { editsFor, settingOf } from './setting.ts';
import { workloadAdvice } from './workload-advice.ts';

/** The advice for a Service whose cluster and workload are known. */
export function adviseUnder(candidate: CandidateInput, input: ServiceInput): Advice {
  const { service, workload, maxLoad } = input;
  const { zones } = candidate.clients.nodes;
  const oneZone = zones.length === 1 ? [`all client nodes are in ${zones[0]}: no setting helps if it is down`] : [];
  const base = { service, assumed: [...input.assumed, ...oneZone] };
  const allowed = allowedLoad(maxLoad, workload);
  const evaluated = evaluateIn(candidate, { ...input, allowed });
  if ('because' in evaluated) return { ...base, ...evaluated, kind: 'none', results: [], workload: null };
  const today = settingOf(service);
  const prefersNode = workload.kind === 'DaemonSet';
  const { chosen, results } = chooseSetting({ results: evaluated, today, prefersNode });
  const better = workloadAdvice(candidate, { ...input, results, chosen });
  if (!chosen) {
    const unknown = results.some(({ rejected }) => rejected?.kind === 'not-established');
    const because = unknown ? 'unknown' : 'unsafe';
    const reasons = [unknown ? 'the routes of some nodes are not known' : 'every setting loses traffic in some case'];
    return { ...base, kind: 'none', because, reasons, results, workload: better };
  }
  const edits = editsFor(service, chosen.setting);
  const kind = edits.length === 0 ? 'keep' : 'change';
  const assumed = [...base.assumed, ...settingAssumptions(chosen.setting, workload)];
  return { ...base, assumed, kind, setting: chosen.setting, edits, allowedLoad: allowed, results, workload: better };
}
