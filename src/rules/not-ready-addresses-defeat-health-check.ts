import { isExternalLocal, isProxied } from '../model/service.ts';
import type { Rule } from './rule.ts';

export const notReadyAddressesDefeatHealthCheck: Rule = {
  id: 'not-ready-addresses-defeat-health-check',
  level: 'warn',
  needs: ['dataplane: known'],
  summary: 'publishNotReadyAddresses makes the load balancer health check meaningless',
  why: `With publishNotReadyAddresses every endpoint counts as ready. The health check port of a LoadBalancer Service with
externalTrafficPolicy Local then answers 200 on a node whose Pods are all unready or shutting down: the balancer keeps
sending, and the fallback to Pods that are terminating but still serving never applies.`,
  fix: 'Remove publishNotReadyAddresses. If peers must find unready Pods, give them a separate headless Service.',
  example: `apiVersion: v1
kind: Service
metadata: { name: edge }
spec:
  type: LoadBalancer
  selector: { app: edge }
  ports: [{ port: 443 }]
  externalTrafficPolicy: Local
  publishNotReadyAddresses: true
`,
  source: 'pkg/proxy/healthcheck/service_health.go and k8s.io/endpointslice utils.go podToEndpoint, v1.37.1',
  appliesTo: service =>
    isProxied(service) &&
    service.publishNotReadyAddresses &&
    service.type === 'LoadBalancer' &&
    isExternalLocal(service),
  *check() {
    yield {
      message: () =>
        'publishNotReadyAddresses: the health check passes on nodes whose pods are all unready, and they get traffic; remove it',
      path: 'spec.publishNotReadyAddresses',
      fixes: [
        {
          description: 'remove spec.publishNotReadyAddresses',
          edits: [{ path: ['spec', 'publishNotReadyAddresses'], value: null }],
        },
      ],
    };
  },
};
