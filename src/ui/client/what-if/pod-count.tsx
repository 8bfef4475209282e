import type { Workload } from '../../../model/workload.ts';
import { replicasOf, workloadText } from '../../../topology/scenarios/scenario.ts';
import { podEndpoints } from '../../../topology/scenarios/service-pods.ts';
import { workloadsIn } from '../service/service-state.ts';
import type { WhatIfProps } from './props.ts';
import { type Scenario, withClusterScenario, withoutClusterScenario } from './scenario.ts';
import { MAX_REPLICAS } from './scenario-params.ts';

/** The number of Pods of the workload, or why it cannot be changed. */
export function PodCount({ existing, scenario, onScenario }: WhatIfProps) {
  const [workload, ...others] = workloadsIn(existing);
  if (!workload || others.length > 0 || workload.kind === 'DaemonSet') {
    return <p class="what-if-note">{fixedReason(workload, others)}</p>;
  }
  const name = workloadText(workload);
  const today = podEndpoints(existing.service, existing.slices).length;
  const pods = podsIn(scenario, workload) ?? today;
  const set = (count: number) => onScenario(withPods(scenario, workload, count === today ? null : count));
  return (
    <fieldset class="stepper">
      <legend>Pods of {name}</legend>
      <div class="stepper-row">
        <button
          type="button"
          class="button button--step"
          disabled={pods === 0}
          aria-label={`One Pod fewer of ${name}`}
          onClick={() => set(pods - 1)}
        >
          −
        </button>
        <input
          type="number"
          class="stepper-count"
          aria-label={`Pods of ${name}`}
          min={0}
          max={MAX_REPLICAS}
          value={pods}
          onInput={({ currentTarget: { valueAsNumber: count } }) => {
            if (Number.isInteger(count) && count >= 0 && count <= MAX_REPLICAS) set(count);
          }}
        />
        <button
          type="button"
          class="button button--step"
          disabled={pods >= MAX_REPLICAS}
          aria-label={`One Pod more of ${name}`}
          onClick={() => set(pods + 1)}
        >
          +
        </button>
        {pods !== today && <span class="stepper-today">{today} today</span>}
      </div>
    </fieldset>
  );
}

function fixedReason(workload: Workload | undefined, others: readonly Workload[]): string {
  if (!workload) return 'The workload of its Pods is not known, so their number cannot be changed here.';
  if (others.length > 0) {
    const names = [workload, ...others].slice(0, 3).map(workloadText).join(', ');
    return `Its Pods may belong to ${names}, so their number cannot be changed here.`;
  }
  return `${workloadText(workload)} has a Pod on each of its nodes: add, drain or lose a node.`;
}

/** The number that the scenario states; `null` if it states none. */
function podsIn({ cluster }: Scenario, workload: Workload): number | null {
  for (const one of cluster) {
    if (one.kind === 'scale' && workloadText(one.workload) === workloadText(workload)) {
      return replicasOf(one.replicas, workload);
    }
  }
  return null;
}

function withPods(scenario: Scenario, workload: Workload, count: number | null): Scenario {
  const { kind, namespace, name } = workload;
  const scale = { kind: 'scale', workload: { kind, namespace, name }, replicas: count ?? 0, staying: null } as const;
  return count === null ? withoutClusterScenario(scenario, scale) : withClusterScenario(scenario, scale);
}
