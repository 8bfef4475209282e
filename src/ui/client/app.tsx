import { useEffect, useRef } from 'preact/hooks';
import type { PageSource } from '../api.ts';
import { getOverview } from './data/api.ts';
import { useLoaded } from './data/use-loaded.ts';
import { usePageLocation } from './data/use-page-location.ts';
import { useServerStatus } from './data/use-server-status.ts';
import { NO_FILTER } from './overview/filter.ts';
import { OverviewPage } from './overview/overview.tsx';
import { type PreparedOverview, prepareOverview } from './overview/prepare.ts';
import { formatLocation } from './page-location.ts';
import { ServicePage } from './service/service-page.tsx';

export function App() {
  const [address, go] = usePageLocation();
  const status = useServerStatus();
  const isList = address.page === 'overview';
  const overview = useLoaded('overview', isList ? status.revision : 0, loadOverview);
  // The link back from a Service restores the filters of the list.
  const list = useRef(NO_FILTER);
  if (address.page === 'overview') list.current = address.filter;
  useTitle(address.page === 'service' ? `${address.namespace}/${address.name}` : 'Services');
  const home = formatLocation({ page: 'overview', filter: list.current });
  return (
    <>
      <header class="top">
        <a class="brand" href={home}>
          zonewise
        </a>
        <nav class="crumbs" aria-label="Where you are">
          {address.page === 'service' && (
            <>
              <a href={home}>All Services</a>
              <span aria-hidden="true">/</span>
              <span aria-current="page" class="crumb">
                {address.namespace}/{address.name}
              </span>
            </>
          )}
        </nav>
        {overview.state === 'ready' && <SourceLabel source={overview.value.source} connected={status.connected} />}
      </header>
      {address.page === 'overview' ? (
        <OverviewPage loaded={overview} filter={address.filter} onFilter={filter => go({ page: 'overview', filter })} />
      ) : (
        <ServicePage address={address} revision={status.revision} go={go} />
      )}
    </>
  );
}

/** Lets the browser handle input and paint. */
const yieldToBrowser = () => new Promise<void>(resolve => setTimeout(resolve));

async function loadOverview(signal: AbortSignal): Promise<PreparedOverview> {
  return prepareOverview(await getOverview(signal), yieldToBrowser);
}

const SOURCES: Readonly<Record<PageSource['kind'], string>> = {
  sample: 'sample cluster',
  files: 'from files',
  live: 'live cluster',
};

function SourceLabel({ source, connected }: { readonly source: PageSource; readonly connected: boolean }) {
  return (
    <p class="source" title={source.name}>
      <span class={connected ? 'dot dot--on' : 'dot'} aria-hidden="true" />
      {SOURCES[source.kind]} <span class="source-name">{source.name}</span>
      {!connected && <strong class="source-lost">not connected</strong>}
    </p>
  );
}

function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · zonewise`;
  }, [title]);
}
