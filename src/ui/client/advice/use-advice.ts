import { useEffect, useRef, useState } from 'preact/hooks';
import type { ServiceState } from '../service/service-state.ts';
import { AdviceQueue, type AdviceResult } from './advice-queue.ts';
import { startWorker } from './start-worker.ts';

/** The advice for a Service. While a newer one is computed, the older stays. */
export function useAdvice(existing: ServiceState): AdviceResult {
  const [result, setResult] = useState<AdviceResult>({ kind: 'working' });
  const queue = useRef<AdviceQueue | null>(null);
  useEffect(() => {
    const own = new AdviceQueue({ startWorker, setTimer, onResult: setResult });
    queue.current = own;
    return () => own.stop();
  }, []);
  useEffect(() => queue.current?.advise(existing), [existing]);
  return result;
}

function setTimer(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}
