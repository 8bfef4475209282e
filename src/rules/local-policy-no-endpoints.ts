import { plural, pluralForm } from '../model/plural.ts';
import { isExternalLocal, isInternalLocal, isProxied } from '../model/service.ts';
import type { Rule } from './rule.ts';

export const localPolicyNoEndpoints: Rule = {
  id: 'local-policy-no-endpoints',
  level: 'info',
  needs: ['cluster', 'slices', 'dataplane: known'],
  summary: 'A traffic policy is Local and the Service has no usable endpoint anywhere',
  why: `If no endpoint is ready, or serving while it terminates, every node rejects connections to the Service. This
differs from the usual failure of a Local policy: a node without an endpoint lets connections time out while other nodes
have one, and rejects them immediately if no node has one. So the policy is not the cause here. Only an audit reports
this, because at apply time the Pods may not exist yet.`,
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
    const ports = ctx.routing();
    if (ports.length === 0 || ports.some(({ index }) => index.ready.length > 0 || index.draining.length > 0)) return;
    const field = isInternalLocal(ctx.service) ? 'internalTrafficPolicy' : 'externalTrafficPolicy';
    if (field === 'externalTrafficPolicy' && !ports.some(port => port.policy.accessible)) return;
    const { endpoints } = ctx.predicted().endpoints.coverage;
    const [what, advice] =
      endpoints === 0
        ? ['no node has an endpoint', 'scale the workload up or correct the selector']
        : [
            `0 of ${plural(endpoints, 'endpoint')} ${pluralForm(endpoints, 'is', 'are')} ready`,
            'see why the pods are not',
          ];
    yield {
      message: () => `${field} Local: ${what}, all connections are rejected; ${advice}`,
      path: `spec.${field}`,
    };
  },
};
