import { useEffect, useRef } from 'preact/hooks';
import type { PageSource } from '../api.ts';
import { getOverview } from './data/api.ts';
import { useLoaded } from './data/use-loaded.ts';
import { useAddress } from './data/use-page-location.ts';
import { useNews } from './data/use-server-status.ts';
import { EVERYTHING } from './overview/filter.ts';
import { Overview } from './overview/overview.tsx';
import { type PreparedOverview, prepare } from './overview/prepare.ts';
import { formatAddress } from './page-location.ts';
import { ServicePage } from './service/service-page.tsx';

export function App() {
  const [address, go] = useAddress();
  const news = useNews();
  const isList = address.page === 'overview';
  const overview = useLoaded('overview', isList ? news.revision : 0, loadOverview);
  // The link back from a Service restores the filters of the list.
  const list = useRef(EVERYTHING);
  if (address.page === 'overview') list.current = address.filter;
  useTitle(address.page === 'service' ? `${address.namespace}/${address.name}` : 'Services');
  const home = formatAddress({ page: 'overview', filter: list.current });
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
        {overview.state === 'ready' && <Source source={overview.value.source} connected={news.connected} />}
      </header>
      {address.page === 'overview' ? (
        <Overview loaded={overview} filter={address.filter} onFilter={filter => go({ page: 'overview', filter })} />
      ) : (
        <ServicePage address={address} revision={news.revision} go={go} />
      )}
    </>
  );
}

/** Lets the browser handle input and paint. */
const pause = () => new Promise<void>(resolve => setTimeout(resolve));

async function loadOverview(signal: AbortSignal): Promise<PreparedOverview> {
  return prepare(await getOverview(signal), pause);
}

const SOURCES: Readonly<Record<PageSource['kind'], string>> = {
  sample: 'sample cluster',
  files: 'from files',
  live: 'live cluster',
};

function Source({ source, connected }: { readonly source: PageSource; readonly connected: boolean }) {
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
