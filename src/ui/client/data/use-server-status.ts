import { useEffect, useState } from 'preact/hooks';
import type { Changed } from '../../api.ts';

export interface ServerStatus {
  /** Latest revision announced by the server; 0 before the first. */
  readonly revision: number;
  readonly connected: boolean;
}

/** Follows the server's events. The browser reconnects by itself. */
export function useServerStatus(): ServerStatus {
  const [status, setStatus] = useState<ServerStatus>({ revision: 0, connected: false });
  useEffect(() => {
    let latest = 0;
    const source = new EventSource('api/events');
    source.addEventListener('changed', event => {
      const { revision } = JSON.parse(event.data) as Changed;
      // A restarted server counts from the start; its page may be another version.
      if (revision < latest) return location.reload();
      latest = revision;
      setStatus({ revision, connected: true });
    });
    source.addEventListener('error', () => setStatus(before => ({ ...before, connected: false })));
    return () => source.close();
  }, []);
  return status;
}
