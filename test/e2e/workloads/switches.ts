import { once } from 'node:events';
import { createServer, request } from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePorts } from '../ports.ts';
import type { WorkloadsEnvironment } from './environment.ts';
import type { WorkloadSpec } from './manifests.ts';
import { chartWebhook } from './registration.ts';

export const ENABLED = { config: { workloads: { enabled: true } } };

const WEB: WorkloadSpec = { kind: 'Deployment', name: 'web', nodes: ['a1'], service: {} };
const SCALE_TO_0 = ['-n', 'shop', 'scale', 'deployment/web', '--replicas=0', '--dry-run=server'];

/** Ends with the webhook turned on. */
export function offCases(lab: () => WorkloadsEnvironment): void {
  describe('by default', () => {
    afterAll(async () => {
      await lab().configure({ enabled: true });
      await lab().webhook.stop();
      await lab().webhook.start();
      await lab().register(ENABLED);
    });

    test('the chart registers no webhook for workloads, and zonewise answers 404', async () => {
      expect(await chartWebhook(lab().helm, {})).toBeUndefined();
      expect(await post(lab(), '/validate-workloads')).toEqual({
        status: 404,
        body: expect.stringContaining('POST /validate-workloads; expected POST /validate or /mutate'),
      });
    });

    test('a webhook that is registered before zonewise answers it changes nothing', async () => {
      await lab().register(ENABLED);
      await lab().plane.kubectl(['create', 'deployment', '-n', 'shop', 'early', '--image=none']);
      const scaled = await lab().kubectl(['-n', 'shop', 'scale', 'deployment/early', '--replicas=0']);
      expect(scaled).toMatchObject({ code: 0, stderr: '', stdout: 'deployment.apps/early scaled\n' });
    });
  });
}

/** Ends with the webhook stopped. */
export function unavailableCases(lab: () => WorkloadsEnvironment): void {
  describe('without an answer of zonewise', () => {
    beforeAll(async () => {
      await lab().clear();
      await lab().register(ENABLED);
      await lab().deploy(WEB);
    });

    test('every change is made after the timeout of the chart', async () => {
      const silent = await startSilentServer(lab());
      await lab().register(ENABLED, silent.port);
      expect(await lab().kubectl(SCALE_TO_0)).toMatchObject({ code: 0, stderr: '' });
      await silent.stop();
      expect(silent.urls).toEqual(['/validate-workloads?timeout=1s']);
    });

    test('every change is made if it does not run', async () => {
      await lab().register(ENABLED);
      expect((await lab().kubectl(SCALE_TO_0)).rules).toEqual(['last-endpoint-lost']);
      await lab().webhook.stop();
      expect(await lab().kubectl(SCALE_TO_0)).toMatchObject({ code: 0, stderr: '' });
      const drained = await lab().kubectl(['drain', 'a1', '--ignore-daemonsets']);
      expect(drained).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('node/a1 drained') });
    });
  });
}

/** A server that accepts requests and never answers. */
async function startSilentServer({ plane }: WorkloadsEnvironment) {
  const [port = 0] = await freePorts(1);
  const urls: (string | undefined)[] = [];
  const server = createServer(plane.authority.issue('silent', ['127.0.0.1']), ({ url }) => urls.push(url));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port,
    urls,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function post({ plane, webhook }: WorkloadsEnvironment, path: string) {
  const sent = request({ host: '127.0.0.1', port: webhook.port, path, method: 'POST', ca: plane.authority.cert });
  sent.setHeader('content-type', 'application/json').end('{}');
  const [response] = await once(sent, 'response');
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += chunk;
  return { status: response.statusCode, body };
}
