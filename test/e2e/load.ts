import { Agent, request } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

export interface LoadTarget {
  readonly url: string;
  readonly ca: string;
  readonly token: string;
  /** Body of every POST request. */
  readonly path: string;
  readonly body: object;
  /** Warning that every response must have. */
  readonly warning: RegExp;
}

/** Wrong responses and errors; empty if there were none. */
export interface LoadReport {
  readonly sent: number;
  readonly failed: readonly string[];
  readonly withoutWarning: readonly string[];
}

export interface Load {
  /** Resolves when this many more requests are answered. */
  readonly more: (answers: number) => Promise<void>;
  /** Waits for the requests in flight. */
  readonly stop: () => Promise<LoadReport>;
}

const WORKERS = 4;
const PAUSE_MS = 20;

/** Sends requests continuously over a few connections and records every unexpected response. */
export function startLoad(target: LoadTarget): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: WORKERS, ca: target.ca });
  const failed: string[] = [];
  const withoutWarning: string[] = [];
  let sent = 0;
  let stopped = false;
  const work = async (): Promise<void> => {
    while (!stopped) {
      const { status, warning, text } = await sendReview(agent, target);
      sent += 1;
      if (status !== 201) failed.push(`${status} ${text}`);
      else if (!target.warning.test(warning)) withoutWarning.push(warning);
      await pause(PAUSE_MS);
    }
  };
  const workers = Promise.all(Array.from({ length: WORKERS }, work));
  return {
    more: async answers => {
      for (const until = sent + answers; sent < until; ) await pause(PAUSE_MS);
    },
    stop: async () => {
      stopped = true;
      await workers;
      agent.destroy();
      return { sent, failed, withoutWarning };
    },
  };
}

interface Answer {
  readonly status: number;
  readonly warning: string;
  readonly text: string;
}

function sendReview(agent: Agent, { url, token, path, body }: LoadTarget): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return new Promise(resolve => {
    const fail = (error: Error): void => resolve({ status: 0, warning: '', text: String(error) });
    const sent = request(new URL(path, url), { method: 'POST', agent, headers, timeout: 10_000 }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', fail);
      const warning = String(response.headers.warning ?? '');
      response.on('end', () => resolve({ status: response.statusCode ?? 0, warning, text: text.slice(0, 500) }));
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in 10 s')));
    sent.on('error', fail);
    sent.end(JSON.stringify(body));
  });
}
