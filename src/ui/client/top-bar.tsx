import type { PageSource } from '../api.ts';
import { formatLocation, type PageLocation, type ServiceLocation } from './page-location.ts';

interface TopBarProps {
  /** Link to the list. */
  readonly home: string;
  readonly page: PageLocation['page'];
  /** The Service visited last. */
  readonly service: ServiceLocation | null;
  readonly source: PageSource | null;
  readonly connected: boolean;
}

/** The purpose of the page, the user's place in it, and its cluster. */
export function TopBar({ home, page, service, source, connected }: TopBarProps) {
  return (
    <header class="top">
      <a class="brand" href={home}>
        zonewise
      </a>
      <p class="tagline">Where Service traffic goes, and where it is lost</p>
      {page !== 'overview' && (
        <nav class="crumbs" aria-label="Back">
          <a href={home}>All Services</a>
          {page === 'rule' && service && (
            <a href={formatLocation(service)}>
              {service.namespace}/{service.name}
            </a>
          )}
        </nav>
      )}
      {source && <SourceLabel source={source} connected={connected} />}
    </header>
  );
}

const SOURCES: Readonly<Record<PageSource['kind'], string>> = {
  sample: 'example cluster',
  files: 'from files',
  live: 'live cluster',
};

function SourceLabel({ source, connected }: { readonly source: PageSource; readonly connected: boolean }) {
  return (
    <p class="source">
      <span class={connected ? 'dot dot--on' : 'dot'} aria-hidden="true" />
      {SOURCES[source.kind]} <span class="source-name">{source.name}</span>
      {!connected && <strong class="source-lost">not connected</strong>}
    </p>
  );
}
