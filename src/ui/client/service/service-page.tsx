import { useCallback, useMemo } from 'preact/hooks';
import { objectKey } from '../../../model/object-key.ts';
import { getCluster, getService } from '../data/api.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { Failure, Notice } from '../notice.tsx';
import type { ServiceLocation } from '../page-location.ts';
import { dropInvalidChoices } from '../what-if/choices.ts';
import { hasNoChanges, NO_CHANGES } from '../what-if/scenario.ts';
import { serviceState } from './service-state.ts';
import { ServiceView } from './service-view.tsx';

interface ServicePageProps {
  readonly address: ServiceLocation;
  readonly revision: number;
  go(address: ServiceLocation): void;
}

export function ServicePage({ address, revision, go }: ServicePageProps) {
  const { namespace, name } = address;
  const load = useCallback((signal: AbortSignal) => getService(namespace, name, signal), [namespace, name]);
  const cluster = useLoaded('cluster', revision, getCluster);
  const key = objectKey(namespace, name);
  const detail = useLoaded(key, revision, load);
  const existing = useMemo(
    () => (cluster.state === 'ready' && detail.state === 'ready' ? serviceState(detail.value, cluster.value) : null),
    [cluster, detail],
  );
  const scenario = useMemo(
    () =>
      existing ? dropInvalidChoices(address.scenario, existing.service, existing.facts.version.minor) : NO_CHANGES,
    [address.scenario, existing],
  );
  const isLoading = detail.state === 'loading' || cluster.state === 'loading';
  const failed = [detail, cluster].find(({ state }) => state === 'failed');
  return (
    <main class="service">
      <h1 tabIndex={-1}>
        <span class="ns">{namespace}/</span>
        {name}
        {!hasNoChanges(scenario) && <span class="what-if-mark">what if</span>}
      </h1>
      {!failed && isLoading && <Notice title="Reading the Service…" />}
      {[detail, cluster].map(loaded => 'error' in loaded && loaded.error !== null && <Failure error={loaded.error} />)}
      {existing && <ServiceView key={key} address={address} existing={existing} scenario={scenario} go={go} />}
    </main>
  );
}
