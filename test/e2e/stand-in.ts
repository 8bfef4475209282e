import { once } from 'node:events';
import { createServer } from 'node:https';
import type { ApiClient } from './api-client.ts';
import { freePorts } from './ports.ts';

/** A webhook that allows everything and serves whatever certificate the Secret holds. */
export interface StandIn {
  readonly port: number;
  readonly reviews: () => number;
  /** Serves what is in the Secret now, and from now on follows it as a Pod does, somewhat late. */
  readonly follow: (everyMs: number) => void;
  readonly stop: () => Promise<void>;
}

/**
 * Every answer closes its connection, so each review is a new handshake, which the real API server verifies against the
 * caBundle in force. It stands behind a Service of type ExternalName: that is how the API server dials loopback and still
 * asks for SERVICE.NAMESPACE.svc.
 */
export async function startStandIn(api: ApiClient, secretPath: string): Promise<StandIn> {
  const [port = 0] = await freePorts(1);
  let reviews = 0;
  let timer: NodeJS.Timeout | undefined;
  let version = '';
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      reviews += 1;
      const { uid } = JSON.parse(body).request;
      const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid, allowed: true } };
      response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(review));
    });
  });
  const load = async (): Promise<void> => {
    const secret = (await api.get(secretPath)) as {
      metadata: { resourceVersion: string };
      data: Record<string, string>;
    };
    if (secret.metadata.resourceVersion === version) return;
    version = secret.metadata.resourceVersion;
    const pem = (field: string): Buffer => Buffer.from(secret.data[field] ?? '', 'base64');
    try {
      server.setSecureContext({ cert: pem('tls.crt'), key: pem('tls.key') });
    } catch {
      // As serving does: the old pair goes on.
    }
  };
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port,
    reviews: () => reviews,
    follow: everyMs => {
      timer = setInterval(() => void load().catch(() => {}), everyMs);
    },
    stop: async () => {
      clearInterval(timer);
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
