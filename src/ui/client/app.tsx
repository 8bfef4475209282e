import { useRef } from 'preact/hooks';
import { objectKey } from '../../model/object-key.ts';
import { getOverview } from './data/api.ts';
import { useLoaded } from './data/use-loaded.ts';
import { usePageChange } from './data/use-page-change.ts';
import { usePageLocation } from './data/use-page-location.ts';
import { useServerStatus } from './data/use-server-status.ts';
import { NO_FILTER } from './overview/filter.ts';
import { OverviewPage } from './overview/overview.tsx';
import { type PreparedOverview, prepareOverview } from './overview/prepare.ts';
import { formatLocation, type PageLocation, type ServiceLocation } from './page-location.ts';
import { RulePage } from './rule/rule-page.tsx';
import { ServicePage } from './service/service-page.tsx';
import { TopBar } from './top-bar.tsx';

export function App() {
  const [address, go] = usePageLocation();
  const status = useServerStatus();
  const isList = address.page === 'overview';
  const overview = useLoaded('overview', isList ? status.revision : 0, loadOverview);
  // The links back restore the filters of the list and the Service of a rule.
  const list = useRef(NO_FILTER);
  const visited = useRef<ServiceLocation | null>(null);
  if (address.page === 'overview') list.current = address.filter;
  if (address.page === 'service') visited.current = address;
  usePageChange(titleOf(address));
  return (
    <>
      <TopBar
        home={formatLocation({ page: 'overview', filter: list.current })}
        page={address.page}
        service={visited.current}
        source={overview.state === 'ready' ? overview.value.source : null}
        connected={status.connected}
      />
      {address.page === 'overview' && (
        <OverviewPage
          loaded={overview}
          filter={address.filter}
          visited={visited.current && objectKey(visited.current.namespace, visited.current.name)}
          onFilter={filter => go({ page: 'overview', filter })}
        />
      )}
      {address.page === 'service' && <ServicePage address={address} revision={status.revision} go={go} />}
      {address.page === 'rule' && <RulePage id={address.rule} />}
    </>
  );
}

function titleOf(address: PageLocation): string {
  switch (address.page) {
    case 'overview':
      return 'Services';
    case 'service':
      return objectKey(address.namespace, address.name);
    case 'rule':
      return address.rule;
    default:
      return address satisfies never;
  }
}

/** Lets the browser handle input and paint. */
const yieldToBrowser = () => new Promise<void>(resolve => setTimeout(resolve));

async function loadOverview(signal: AbortSignal): Promise<PreparedOverview> {
  return prepareOverview(await getOverview(signal), yieldToBrowser);
}
