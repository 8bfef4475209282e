import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request } from 'node:https';
import type { ControlPlane } from '../control-plane.ts';
import { freePorts } from '../ports.ts';

/** A request of one process to the API server. */
export interface Recorded {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly status: number;
}

export interface RecordingProxy {
  readonly url: string;
  readonly requests: readonly Recorded[];
  readonly stop: () => Promise<void>;
}

const NO_WATCH_LIST = JSON.stringify({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  reason: 'Invalid',
  code: 422,
  message:
    'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
});

/**
 * A proxy in front of the API server that records requests. It answers streaming lists like servers without the
 * WatchList feature (k8s.io/apiserver validation of ListOptions, v0.37.1), so that plain lists are recorded too.
 */
export async function startRecordingProxy({ url, authority }: ControlPlane): Promise<RecordingProxy> {
  const [port = 0] = await freePorts(1);
  const requests: Recorded[] = [];
  const agent = new Agent({ keepAlive: true, ca: authority.cert });
  const { cert, key } = authority.issue('recording proxy', ['127.0.0.1']);
  const server = createServer({ cert, key }, (incoming, outgoing) => {
    const record = (status: number): void => {
      requests.push({ method: incoming.method ?? '', path: incoming.url ?? '', status });
    };
    if (incoming.url?.includes('sendInitialEvents=true')) {
      outgoing.writeHead(422, { 'content-type': 'application/json' }).end(NO_WATCH_LIST);
    } else forward(incoming, outgoing, { url, agent, record });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${port}`,
    requests,
    stop: async () => {
      server.closeAllConnections();
      agent.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  to: { readonly url: string; readonly agent: Agent; readonly record: (status: number) => void },
): void {
  const { method, headers } = incoming;
  const sent = request(new URL(incoming.url ?? '/', to.url), { method, headers, agent: to.agent }, answer => {
    to.record(answer.statusCode ?? 0);
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
    answer.on('error', () => outgoing.destroy());
  });
  sent.on('error', () => outgoing.destroy());
  outgoing.on('close', () => sent.destroy());
  incoming.pipe(sent);
}
