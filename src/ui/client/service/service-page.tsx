import { useCallback, useMemo } from 'preact/hooks';
import { getCluster, getService } from '../data/api.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { Failure, Notice } from '../notice.tsx';
import type { ServiceLocation } from '../page-location.ts';
import { applyScenario } from '../what-if/apply.ts';
import { dropInvalidChoices } from '../what-if/choices.ts';
import { Differences } from '../what-if/differences.tsx';
import { WhatIfPanel } from '../what-if/panel.tsx';
import { hasNoChanges, type Scenario } from '../what-if/scenario.ts';
import { evaluateService, type ServiceState, serviceState } from './evaluate-service.ts';
import { Findings } from './findings.tsx';
import { NodeTable } from './node-table.tsx';
import { ServiceHead } from './service-head.tsx';
import { Traffic } from './traffic.tsx';

interface ServicePageProps {
  readonly address: ServiceLocation;
  readonly revision: number;
  go(address: ServiceLocation): void;
}

export function ServicePage({ address, revision, go }: ServicePageProps) {
  const { namespace, name } = address;
  const load = useCallback((signal: AbortSignal) => getService(namespace, name, signal), [namespace, name]);
  const cluster = useLoaded('cluster', revision, getCluster);
  const detail = useLoaded(`${namespace}/${name}`, revision, load);
  const existing = useMemo(
    () => (cluster.state === 'ready' && detail.state === 'ready' ? serviceState(detail.value, cluster.value) : null),
    [cluster, detail],
  );
  if (detail.state === 'failed') return <ErrorPage title={name} error={detail.error} />;
  if (cluster.state === 'failed') return <ErrorPage title={name} error={cluster.error} />;
  if (!existing) {
    return (
      <main class="service">
        <Notice title="Reading the Service…" />
      </main>
    );
  }
  const error = detail.state === 'ready' ? detail.error : null;
  return (
    <main class="service">
      {error !== null && <Failure error={error} />}
      <ServiceView address={address} existing={existing} go={go} />
    </main>
  );
}

function ErrorPage({ title, error }: { readonly title: string; readonly error: unknown }) {
  return (
    <main class="service">
      <h1>{title}</h1>
      <Failure error={error} />
    </main>
  );
}

interface ServiceViewProps {
  readonly address: ServiceLocation;
  readonly existing: ServiceState;
  go(address: ServiceLocation): void;
}

function ServiceView({ address, existing, go }: ServiceViewProps) {
  const scenario = useMemo(
    () => dropInvalidChoices(address.scenario, existing.service, existing.facts.version.minor),
    [address.scenario, existing],
  );
  const before = useMemo(() => evaluateService(existing), [existing]);
  const after = useMemo(
    () => (hasNoChanges(scenario) ? before : evaluateService(applyScenario(existing, scenario))),
    [existing, scenario, before],
  );
  const onScenario = (next: Scenario) => go({ ...address, scenario: next });
  return (
    <>
      <ServiceHead before={before} after={after} />
      <div class="service-columns">
        <div class="service-main">
          {after !== before && <Differences before={before} after={after} scenario={scenario} />}
          <Traffic address={address} evaluated={after} go={go} />
        </div>
        <WhatIfPanel existing={existing} after={after} scenario={scenario} onScenario={onScenario} />
      </div>
      <Findings evaluated={after} scenario={scenario} onScenario={onScenario} />
      <NodeTable evaluated={after} scenario={scenario} onScenario={onScenario} />
    </>
  );
}
