import type { Fix } from '../model/finding.ts';
import { pluralForm } from '../model/plural.ts';
import { isExternalLocal, isExternallyAccessible, isInternalLocal, isProxied } from '../model/service.ts';
import { profileOf } from '../topology/data-planes/index.ts';
import type { TrafficClass } from '../topology/route.ts';
import { entersAtNodes } from './balancer-to-pods.ts';
import type { Rule, RuleContext } from './rule.ts';

export const localPolicyEndpointsWithoutNode: Rule = {
  id: 'local-policy-endpoints-without-node',
  level: 'warn',
  needs: ['endpoints', 'dataplane: known'],
  summary: 'A Local policy never uses endpoints whose slice names no node',
  why: `kube-proxy treats an endpoint as local on the node that its EndpointSlice names. Endpoints without nodeName, in
slices written by hand or by a tool or mirrored from Endpoints objects, are used by no node under a Local policy. If no
endpoint names a node, the traffic of that policy is dropped everywhere. In IPVS mode kube-proxy falls back to all
endpoints for internalTrafficPolicy Local if the Service is reachable from outside; the rule does not cover that case.
Cilium takes such endpoints for local on every node. A load balancer that sends to Pods does not use the external policy.`,
  fix: `Set nodeName on the endpoints of the slice, or use the Cluster policy, which hides the client's address for
outside traffic.`,
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
    if (ctx.predicted().endpoints.coverage.withoutNode === 0) return;
    const fields = strictFields(ctx);
    const [field] = fields;
    const endpoints = ctx
      .predicted()
      .slices.filter(slice => slice.proxied && ctx.service.ipFamilies.some(family => family === slice.addressType))
      .flatMap(slice => slice.endpoints)
      .filter(({ address, terminating, ready }) => address !== '' && (terminating !== true || ready === true));
    const without = endpoints.filter(endpoint => endpoint.nodeName === null).length;
    if (without === 0 || field === undefined) return;
    const classes = fields.map(name => TRAFFIC[name]);
    const policy = `${fields.join(' and ')} Local`;
    const none = without === endpoints.length;
    const which = `${without} of ${endpoints.length} endpoints ${pluralForm(without, 'names', 'name')} no node`;
    yield {
      message: (_, fix) =>
        none
          ? `${policy}: no endpoint names its node, ${classes.join(' and ')} traffic is dropped; set nodeName${fix ? ' or use Cluster' : ''}`
          : `${policy}: ${which}, no ${classes.join(' or ')} traffic reaches ${pluralForm(without, 'it', 'them')}; set nodeName in the EndpointSlice`,
      path: `spec.${field}`,
      // If other endpoints serve their nodes, removing the policy would change more than it fixes.
      fixes: none ? [useCluster(fields)] : [],
    };
  },
};

type PolicyField = 'internalTrafficPolicy' | 'externalTrafficPolicy';

const TRAFFIC: Readonly<Record<PolicyField, string>> = {
  internalTrafficPolicy: 'cluster IP',
  externalTrafficPolicy: 'outside',
};

/**
 * Local policies that such endpoints break: without a fallback (pkg/proxy/ipvs/proxier.go syncEndpoint, v1.37.1), and not on
 * Cilium, which takes them for local everywhere (cilium pkg/loadbalancer/writer DefaultSelectBackends, v1.20.2).
 */
function strictFields({ service, dataPlanes }: Pick<RuleContext, 'service' | 'dataPlanes'>): readonly PolicyField[] {
  const fields: PolicyField[] = [];
  const fallsBack =
    isExternallyAccessible(service) && dataPlanes.some(dataPlane => profileOf(dataPlane).localFallsBack(dataPlane));
  const breaks = (trafficClass: TrafficClass) =>
    !dataPlanes.every(dataPlane => profileOf(dataPlane).nodelessIsLocal?.(dataPlane, trafficClass));
  if (isInternalLocal(service) && !fallsBack && breaks('internal')) fields.push('internalTrafficPolicy');
  if (isExternalLocal(service) && entersAtNodes(service) && breaks('external')) fields.push('externalTrafficPolicy');
  return fields;
}

function useCluster(fields: readonly PolicyField[]): Fix {
  return {
    description: `set ${fields.join(' and ')} to Cluster`,
    edits: fields.map(field => ({ path: ['spec', field], value: 'Cluster' })),
  };
}
