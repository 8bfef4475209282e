import { useMemo, useState } from 'preact/hooks';
import { AdvicePanel } from '../advice/advice-panel.tsx';
import type { ServiceLocation } from '../page-location.ts';
import { applyScenario } from '../what-if/apply.ts';
import { Differences } from '../what-if/differences.tsx';
import { WhatIfPanel } from '../what-if/panel.tsx';
import { hasNoChanges, type Scenario } from '../what-if/scenario.ts';
import { classTabs, openingView } from './class-tabs.ts';
import { evaluateService } from './evaluate-service.ts';
import { Findings } from './findings.tsx';
import { NoPicture } from './no-picture.tsx';
import { NodeTable } from './node-table.tsx';
import { ServiceFacts } from './service-facts.tsx';
import type { ServiceState } from './service-state.ts';
import { Traffic } from './traffic.tsx';

interface ServiceViewProps {
  readonly address: ServiceLocation;
  readonly existing: ServiceState;
  readonly scenario: Scenario;
  go(address: ServiceLocation): void;
}

/** A Service from what is wrong to the details: findings, diagram, nodes; beside them the what-if panel. */
export function ServiceView({ address, existing, scenario, go }: ServiceViewProps) {
  const before = useMemo(() => evaluateService(existing), [existing]);
  const after = useMemo(
    () => (hasNoChanges(scenario) ? before : evaluateService(applyScenario(existing, scenario))),
    [existing, scenario, before],
  );
  const tabs = useMemo(() => classTabs(after), [after]);
  // Later changes must not move a user to another tab.
  const [opening] = useState(() => openingView(after, tabs));
  const change = { scenario, onScenario: (next: Scenario) => go({ ...address, scenario: next }) };
  const hasRoutes = after.ports.length > 0;
  return (
    <>
      <ServiceFacts before={before} after={after} />
      <div class="service-columns">
        <div class="service-main">
          {after !== before && <Differences before={before} after={after} scenario={scenario} />}
          <Findings evaluated={after} {...change} />
          <AdvicePanel existing={existing} {...change} />
          {hasRoutes ? (
            <Traffic address={address} evaluated={after} tabs={tabs} opening={opening} go={go} />
          ) : (
            <NoPicture state={after.state} />
          )}
        </div>
        <WhatIfPanel existing={existing} after={after} {...change} />
      </div>
      {hasRoutes && <NodeTable evaluated={after} tabs={tabs} {...change} />}
    </>
  );
}
