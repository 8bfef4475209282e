import type { Advice } from '../../../engine/advice/advice.ts';
import type { AdviceWorker, AdviceWorkerEvents } from './advice-queue.ts';
import workerUrl from './worker.ts?worker&url';

declare const trustedTypes: TrustedTypes | undefined;

interface TrustedTypes {
  createPolicy(name: string, rules: Urls): Urls;
}

/** Really of a TrustedScriptURL, which TypeScript does not know. */
interface Urls {
  createScriptURL(url: string): string;
}

// The Content-Security-Policy of the page demands it where browsers know it. The URL is of the page's own build.
const urls: Urls | undefined =
  typeof trustedTypes === 'undefined'
    ? undefined
    : trustedTypes.createPolicy('zonewise-advice', { createScriptURL: url => url });

export function startWorker({ onAdvice, onError }: AdviceWorkerEvents): AdviceWorker {
  const worker = new Worker(urls ? urls.createScriptURL(workerUrl) : workerUrl);
  worker.addEventListener('message', ({ data }: MessageEvent<Advice>) => onAdvice(data));
  worker.addEventListener('error', onError);
  return { advise: state => worker.postMessage(state), end: () => worker.terminate() };
}
