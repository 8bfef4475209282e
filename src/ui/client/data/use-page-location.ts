import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { formatLocation, type PageLocation, parseLocation } from '../page-location.ts';

/** Browsers limit URL changes per second to fewer than fast typing causes. */
const URL_DELAY_MS = 150;

/** Returns the location shown and a function that changes it. The URL follows after URL_DELAY_MS. */
export function usePageLocation(): readonly [PageLocation, (address: PageLocation) => void] {
  const [address, show] = useState(() => parseLocation(location.hash));
  const timer = useRef(0);
  useEffect(() => {
    const read = () => {
      clearTimeout(timer.current);
      show(parseLocation(location.hash));
    };
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  const go = useCallback((to: PageLocation) => {
    show(to);
    clearTimeout(timer.current);
    const from = location.hash;
    timer.current = window.setTimeout(() => {
      // A link may have been followed whose `hashchange` is still to come: it must not lose its URL.
      if (location.hash === from) history.replaceState(null, '', formatLocation(to));
    }, URL_DELAY_MS);
  }, []);
  return [address, go];
}
