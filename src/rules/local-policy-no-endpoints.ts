import { agree, count } from '../model/plural.ts';
import { isExternalLocal, isInternalLocal, isProxied } from '../model/service.ts';
import type { Rule } from './rule.ts';

export const localPolicyNoEndpoints: Rule = {
  id: 'local-policy-no-endpoints',
  level: 'info',
  needs: ['cluster', 'slices', 'dataplane: known'],
  summary: 'A traffic policy is Local and the Service has no usable endpoint anywhere',
  why: `Where no endpoint is ready, nor serving while it terminates, every node refuses connections to the Service. With a
Local policy that looks unlike its usual fault: a node without an endpoint of its own lets connections time out while other
nodes have one, and refuses them at once when nobody has. So the policy is not the cause here. Only an audit says this: at
apply time the Pods may not be there yet.`,
  fix: 'Scale the workload up, correct the selector, or find out why its Pods are not ready.',
  example: `apiVersion: v1
kind: Service
metadata: { name: agent }
spec:
  selector: { app: agnet } # no Pod has this label
  ports: [{ port: 4317 }]
  internalTrafficPolicy: Local
`,
  source: 'pkg/proxy/nftables/proxier.go syncProxyRules, v1.37.1',
  appliesTo: service => isProxied(service) && (isInternalLocal(service) || isExternalLocal(service)),
  *check(ctx) {
    const ports = ctx.reach();
    if (ports.length === 0 || ports.some(({ index }) => index.ready.length > 0 || index.draining.length > 0)) return;
    const field = isInternalLocal(ctx.service) ? 'internalTrafficPolicy' : 'externalTrafficPolicy';
    if (field === 'externalTrafficPolicy' && !ports.some(port => port.policy.accessible)) return;
    const { endpoints } = ctx.prospect().endpoints.coverage;
    const [what, remedy] =
      endpoints === 0
        ? ['no node has an endpoint', 'scale the workload up or correct the selector']
        : [`0 of ${count(endpoints, 'endpoint')} ${agree(endpoints, 'is', 'are')} ready`, 'see why the pods are not'];
    yield {
      message: () => `${field} Local: ${what}, all connections are rejected; ${remedy}`,
      path: `spec.${field}`,
    };
  },
};
