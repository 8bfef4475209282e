import type { EvaluatedService } from '../service/evaluate-service.ts';
import type { WhatIfProps } from './props.ts';
import { withEndpoints } from './scenario.ts';

/** Upper bound of zones with buttons. */
const MAX_ZONES = 12;

interface ZoneCount {
  readonly zone: string;
  readonly ready: number;
  /** False if no node of the zone can run another Pod. */
  readonly open: boolean;
}

export function EndpointSteppers({ after, scenario, onScenario }: WhatIfProps) {
  const zones = zoneCounts(after);
  if (after.ports.length === 0 || zones.length === 0) return null;
  return (
    <fieldset class="steppers">
      <legend>Ready endpoints</legend>
      {zones.map(({ zone, ready, open }) => {
        const name = zone === '' ? 'no zone' : zone;
        const by = scenario.endpoints[zone] ?? 0;
        return (
          <div key={zone} class="stepper">
            <span class="stepper-name" title={name}>
              {name}
            </span>
            {by !== 0 && <span class="stepper-by">{by > 0 ? `+${by}` : `−${-by}`}</span>}
            <button
              type="button"
              class="button button--step"
              disabled={ready === 0}
              aria-label={`One fewer endpoint in ${name}`}
              onClick={() => onScenario(withEndpoints(scenario, zone, -1))}
            >
              −
            </button>
            <output class="stepper-count">{ready}</output>
            <button
              type="button"
              class="button button--step"
              disabled={!open}
              aria-label={`One more endpoint in ${name}`}
              onClick={() => onScenario(withEndpoints(scenario, zone, 1))}
            >
              +
            </button>
          </div>
        );
      })}
    </fieldset>
  );
}

/** Counts of the port with the most endpoints, so that every Pod counts once. */
function zoneCounts({ ports, clients }: EvaluatedService): readonly ZoneCount[] {
  const most = ports.reduce<readonly { readonly zone: string | null }[]>(
    (so, { index }) => (index.ready.length > so.length ? index.ready : so),
    [],
  );
  const open = new Set(clients.nodes.map(node => node.zone ?? ''));
  const counts = new Map<string, number>([...open].map(zone => [zone, 0]));
  for (const { zone } of most) counts.set(zone ?? '', (counts.get(zone ?? '') ?? 0) + 1);
  return [...counts]
    .map(([zone, ready]) => ({ zone, ready, open: open.has(zone) }))
    .sort((a, b) => (a.zone === '' ? 1 : b.zone === '' ? -1 : a.zone < b.zone ? -1 : 1))
    .slice(0, MAX_ZONES);
}
