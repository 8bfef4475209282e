import { describeDataPlanes } from '../../../model/data-plane-text.ts';
import { isHeadless } from '../../../model/service.ts';
import { NEWEST_KNOWN_MINOR, OLDEST_KNOWN_MINOR } from '../../../model/version.ts';
import { SelectField } from '../fields.tsx';
import { SegmentedControl } from '../segmented.tsx';
import { choicesFor, currentValue } from './choices.ts';
import { ClusterChanges } from './cluster-changes.tsx';
import { PodCount } from './pod-count.tsx';
import type { WhatIfProps } from './props.ts';
import { DATA_PLANES, FIELDS, type Field, hasNoChanges, NO_CHANGES, withField } from './scenario.ts';

const TITLES: Readonly<Record<Field, string>> = {
  internalTrafficPolicy: 'internalTrafficPolicy',
  externalTrafficPolicy: 'externalTrafficPolicy',
  trafficDistribution: 'trafficDistribution',
  topologyMode: 'topology-mode annotation',
};

/** Absent for an ExternalName, as nothing here affects it. */
export function WhatIfPanel(props: WhatIfProps) {
  const { existing, scenario, onScenario } = props;
  const { service } = existing;
  if (service.type === 'ExternalName') return null;
  const isRouted = !isHeadless(service);
  return (
    <section class="card what-if" aria-labelledby="what-if-title">
      <div class="what-if-head">
        <h2 id="what-if-title">What if…</h2>
        <button type="button" class="button" disabled={hasNoChanges(scenario)} onClick={() => onScenario(NO_CHANGES)}>
          Reset
        </button>
      </div>
      {hasNoChanges(scenario) && <p class="what-if-hint">Change a setting to see what would be different.</p>}
      {FIELDS.map(field => (
        <FieldSwitch key={field} field={field} {...props} />
      ))}
      {isRouted && (
        <>
          <ClusterSwitches {...props} />
          <PodCount {...props} />
          <ClusterChanges {...props} />
        </>
      )}
    </section>
  );
}

function FieldSwitch({ field, existing, scenario, onScenario }: WhatIfProps & { readonly field: Field }) {
  const minor = scenario.minor ?? existing.facts.version.minor;
  const options = choicesFor(field, existing.service, minor);
  if (options.length === 0) return null;
  const stands = currentValue(existing.service, field);
  const chosen = scenario.fields[field];
  return (
    <SegmentedControl
      legend={TITLES[field]}
      options={options.map(({ value, label }) => ({ value, label, note: value === stands ? 'now' : undefined }))}
      value={chosen === undefined ? stands : chosen}
      onSelect={value => onScenario(withField(scenario, field, value === stands ? undefined : value))}
    />
  );
}

const MINORS = Array.from({ length: NEWEST_KNOWN_MINOR - OLDEST_KNOWN_MINOR + 1 }, (_, i) => NEWEST_KNOWN_MINOR - i);

function ClusterSwitches({ existing: { facts }, scenario, onScenario }: WhatIfProps) {
  const now = describeDataPlanes(facts.dataPlanes);
  const { minor } = facts.version;
  const minors = MINORS.includes(minor) ? MINORS : [minor, ...MINORS];
  const otherPlanes = Object.keys(DATA_PLANES).filter(name => name !== now);
  return (
    <div class="cluster-switches">
      <SelectField
        label="Data plane"
        value={scenario.dataPlane ?? ''}
        options={[['', `${now} (now)`], ...otherPlanes.map(name => [name, name] as const)]}
        onSelect={value => onScenario({ ...scenario, dataPlane: value || null })}
      />
      <SelectField
        label="Kubernetes"
        value={String(scenario.minor ?? minor)}
        options={minors.map(each => [String(each), `1.${each}${each === minor ? ' (now)' : ''}`])}
        onSelect={value => onScenario({ ...scenario, minor: Number(value) === minor ? null : Number(value) })}
      />
    </div>
  );
}
