import { useEffect, useState } from 'preact/hooks';

export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly error: unknown }
  /** `error` is set if the last reload failed: `value` is outdated then. */
  | { readonly state: 'ready'; readonly value: T; readonly error: unknown };

interface Kept<T> {
  readonly key: string;
  readonly loaded: Loaded<T>;
}

const LOADING = { state: 'loading' } as const;

/** Loads, and reloads when the server has a newer revision. The old value stays until the new one arrives. */
export function useLoaded<T extends { readonly revision: number }>(
  key: string,
  revision: number,
  load: (signal: AbortSignal) => Promise<T>,
): Loaded<T> {
  const [kept, keep] = useState<Kept<T>>({ key, loaded: LOADING });
  const loaded = kept.key === key ? kept.loaded : LOADING;
  const isCurrent = loaded.state === 'ready' && loaded.value.revision >= revision;
  // `key` identifies `load`.
  useEffect(() => {
    if (isCurrent) return;
    const abort = new AbortController();
    load(abort.signal).then(
      value => {
        if (!abort.signal.aborted) keep({ key, loaded: { state: 'ready', value, error: null } });
      },
      error => {
        if (!abort.signal.aborted) keep(before => failed(before, key, error));
      },
    );
    return () => abort.abort();
  }, [key, revision]);
  return loaded;
}

function failed<T>({ key: keptKey, loaded }: Kept<T>, key: string, error: unknown): Kept<T> {
  const isStale = keptKey === key && loaded.state === 'ready';
  return { key, loaded: isStale ? { ...loaded, error } : { state: 'failed', error } };
}
