import { once } from 'node:events';
import { createServer } from 'node:https';
import type { ApiClient } from './api-client.ts';
import { freePorts } from './ports.ts';

/** A webhook that allows everything and serves the certificate of the Secret. */
export interface StandIn {
  readonly port: number;
  readonly reviews: () => number;
  /** Serves the current certificate of the Secret and follows its changes with a delay, like a Pod. */
  readonly follow: (everyMs: number) => void;
  readonly stop: () => Promise<void>;
}

/**
 * Every response closes its connection, so each review is a new handshake that the real API server verifies against the
 * current caBundle. A Service of type ExternalName makes the API server dial loopback and still request
 * SERVICE.NAMESPACE.svc.
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
      // Like the webhook, it keeps the old pair.
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
