import { once } from 'node:events';
import { createServer } from 'node:https';
import type { ControlPlane } from '../control-plane.ts';
import { freePorts } from '../ports.ts';
import { eventually } from '../waiting.ts';

const GROUP = '/apis/metrics.k8s.io/v1beta1';

export interface MetricsApi {
  readonly stop: () => Promise<void>;
}

/**
 * The resource metrics API, in place of metrics-server: each Pod uses almost no CPU. The API server forwards to it as to any extension,
 * by a Service of type ExternalName.
 */
export async function startMetricsApi({ api, authority }: ControlPlane): Promise<MetricsApi> {
  const [port = 0] = await freePorts(1);
  const server = createServer(authority.issue('metrics', ['metrics.kube-system.svc']), (request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'https://localhost');
    const answer = async (): Promise<object | null> => {
      if (pathname === GROUP) return resources();
      const namespace = /^\/namespaces\/([^/]+)\/pods$/.exec(pathname.slice(GROUP.length))?.[1];
      return namespace === undefined ? null : usage(await api.get(`/api/v1/namespaces/${namespace}/pods${search}`));
    };
    const send = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    answer().then(
      body => send(body === null ? 404 : 200, body ?? {}),
      () => send(500, {}),
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  await api.post('/api/v1/namespaces/kube-system/services', {
    metadata: { name: 'metrics' },
    spec: { type: 'ExternalName', externalName: 'localhost' },
  });
  await api.post('/apis/apiregistration.k8s.io/v1/apiservices', {
    metadata: { name: 'v1beta1.metrics.k8s.io' },
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      service: { namespace: 'kube-system', name: 'metrics', port },
      caBundle: Buffer.from(authority.cert).toString('base64'),
      groupPriorityMinimum: 100,
      versionPriority: 100,
    },
  });
  await eventually('the metrics API', () => api.get(`${GROUP}/namespaces/default/pods`));
  return {
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function resources(): object {
  const pods = { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] };
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: 'metrics.k8s.io/v1beta1', resources: [pods] };
}

interface PodList {
  readonly items: readonly { readonly metadata: { readonly name: string; readonly namespace: string } }[];
}

function usage(pods: unknown): object {
  const timestamp = new Date().toISOString();
  const items = (pods as PodList).items.map(({ metadata: { name, namespace } }) => ({
    metadata: { name, namespace },
    timestamp,
    window: '10s',
    containers: [{ name: 'main', usage: { cpu: '1m', memory: '1Mi' } }],
  }));
  return { kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', metadata: {}, items };
}
