import { hintInputs, predictHints } from '../../topology/hints.ts';
import type { Advice, SettingResult } from './advice.ts';
import { allowedLoad } from './allowed-load.ts';
import { settingAssumptions } from './assumptions.ts';
import { chooseSetting } from './choose.ts';
import { type CandidateInput, evaluateIn, type ServiceInput } from './evaluate-in.ts';
import { editsFor, isSameSetting, type Setting, settingOf } from './setting.ts';
import { workloadAdvice } from './workload-advice.ts';

/** The advice for a Service whose cluster and workload are known. */
export function adviseUnder(candidate: CandidateInput, input: ServiceInput): Advice {
  const { service, workload, maxLoad } = input;
  const { zones } = candidate.clients.nodes;
  const oneZone = zones.length === 1 ? [`all client nodes are in ${zones[0]}: no setting helps if it is down`] : [];
  const hintsDiffer = hasOtherHints(candidate, input);
  const assumed = [...input.assumed, ...oneZone, ...(hintsDiffer ? [OTHER_HINTS] : [])];
  const base = { service, assumed, hintsDiffer, traffic: null };
  const allowed = allowedLoad(maxLoad, workload);
  const evaluated = evaluateIn(candidate, { ...input, allowed });
  if ('because' in evaluated) return { ...base, ...evaluated, kind: 'none', results: [], workload: null };
  const today = settingOf(service);
  const prefersNode = workload.kind === 'DaemonSet';
  const { chosen, results } = chooseSetting({ results: evaluated, today, prefersNode });
  if (prefersNode && isLocalKept(results, today))
    return { ...base, ...KEPT_LOCAL, kind: 'none', results, workload: null };
  const better = workloadAdvice(candidate, { ...input, results, chosen });
  if (!chosen) {
    const unknown = results.find(
      ({ setting, rejected }) =>
        rejected?.kind === 'not-established' ||
        (rejected?.kind === 'depends-on-old-hints' && isSameSetting(setting, today)),
    );
    const because = unknown ? 'unknown' : 'unsafe';
    const reasons = [unknown ? reasonOf(unknown) : 'every setting loses traffic in some case'];
    return { ...base, kind: 'none', because, reasons, results, workload: better };
  }
  const edits = editsFor(service, chosen.setting);
  const kind = edits.length === 0 ? 'keep' : 'change';
  const ofSetting = settingAssumptions(chosen.setting, workload);
  return {
    ...base,
    assumed: [...assumed, ...ofSetting],
    kind,
    setting: chosen.setting,
    edits,
    allowedLoad: allowed,
    results,
    workload: better,
  };
}

const OTHER_HINTS =
  "the EndpointSlices do not have the hints of today's setting now: all figures are with those that the controller writes for it";

function hasOtherHints({ facts, nodeSet }: CandidateInput, { service, topology }: ServiceInput): boolean {
  const slices = topology.slices(service.namespace, service.name);
  return predictHints(hintInputs(service, facts.version), slices, nodeSet).slices !== slices;
}

const KEPT_LOCAL = {
  because: 'node-local',
  reasons: [
    'it is a DaemonSet whose internalTrafficPolicy Local loses nothing today: its clients may need the Pod of their own node',
    'if they do not, PreferSameNode also sends to other nodes while their Pod is missing: set Cluster and ask again',
  ],
} as const;

function isLocalKept(results: readonly SettingResult[], today: Setting): boolean {
  const own = results.find(({ setting }) => isSameSetting(setting, today));
  return today.internalTrafficPolicy === 'Local' && own !== undefined && own.today.known && !own.today.isLossy;
}

function reasonOf({ rejected }: SettingResult): string {
  return rejected?.kind === 'depends-on-old-hints'
    ? "today's topology-mode Auto keeps old hints, so its result after several Pods went is not known, and no safe setting keeps as much traffic in its zone"
    : 'the routes of some nodes are not known';
}
