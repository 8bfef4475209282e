import { isExternalLocal, isInternalLocal, isProxied } from '../model/service.ts';
import type { Rule } from './rule.ts';

export const localPolicyEndpointsWithoutNode: Rule = {
  id: 'local-policy-endpoints-without-node',
  level: 'warn',
  needs: ['endpoints', 'dataplane: known'],
  summary: 'A Local policy never uses endpoints whose slice names no node',
  why: `kube-proxy takes an endpoint for local where the EndpointSlice names its node. Slices written by hand or by a tool, and
those mirrored from Endpoints objects without nodeName, name none: no node uses them under a Local policy, and their traffic
is dropped everywhere.`,
  fix: 'Set nodeName on the endpoints of the slice, or use the Cluster policy.',
  example: `apiVersion: v1
kind: Service
metadata: { name: legacy-db } # its EndpointSlice is written by hand, without nodeName
spec:
  ports: [{ port: 5432 }]
  internalTrafficPolicy: Local
`,
  source: 'pkg/proxy/endpointslicecache.go addEndpoints, v1.37.1',
  appliesTo: service => isProxied(service) && (isInternalLocal(service) || isExternalLocal(service)),
  *check(ctx) {
    const endpoints = ctx
      .prospect()
      .slices.filter(slice => slice.proxied)
      .flatMap(slice => slice.endpoints)
      .filter(endpoint => endpoint.address !== '' && endpoint.terminating !== true);
    const without = endpoints.filter(endpoint => endpoint.nodeName === null);
    if (without.length === 0) return;
    const field = isInternalLocal(ctx.service) ? 'internalTrafficPolicy' : 'externalTrafficPolicy';
    const which = without.length === endpoints.length ? 'none of its' : `${without.length} of ${endpoints.length}`;
    const verb = without.length === endpoints.length ? 'names a node' : 'name no node';
    const effect = without.length === endpoints.length ? 'all traffic is dropped' : 'no node sends them traffic';
    yield {
      message: () =>
        `${field} Local: ${which} endpoints ${verb}, so ${effect}; set nodeName in the EndpointSlice or use Cluster`,
      path: `spec.${field}`,
      fixes: [
        {
          description: `set ${field} to Cluster`,
          edits: [{ path: ['spec', field], value: 'Cluster' }],
        },
      ],
    };
  },
};
