import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Address } from '../page-location.ts';
import { formatAddress, parseAddress } from '../page-location.ts';

/** Browsers limit URL changes per second to fewer than fast typing causes. */
const URL_DELAY_MS = 150;

/** Returns the location shown and a function that changes it. The URL follows after URL_DELAY_MS. */
export function useAddress(): readonly [Address, (address: Address) => void] {
  const [address, show] = useState(() => parseAddress(location.hash));
  const timer = useRef(0);
  useEffect(() => {
    const read = () => {
      clearTimeout(timer.current);
      show(parseAddress(location.hash));
    };
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  const go = useCallback((to: Address) => {
    show(to);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => history.replaceState(null, '', formatAddress(to)), URL_DELAY_MS);
  }, []);
  return [address, go];
}
