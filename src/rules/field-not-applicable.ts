import type { Service } from '../model/service.ts';
import { isHeadless } from '../model/service.ts';
import type { Draft, Rule } from './rule.ts';

export const fieldNotApplicable: Rule = {
  id: 'field-not-applicable',
  level: 'warn',
  needs: [],
  summary: 'A traffic field on a headless or ExternalName Service has no effect',
  why: `Clients of a headless Service get Pod addresses from DNS, clients of an ExternalName Service another host name.
kube-proxy programs neither, so a traffic policy has no effect. trafficDistribution on a headless Service has the level
info only, because a service mesh may read it.`,
  fix: 'Remove the field, or give the Service a cluster IP.',
  example: `apiVersion: v1
kind: Service
metadata: { name: db }
spec:
  clusterIP: None
  selector: { app: db }
  ports: [{ port: 5432 }]
  internalTrafficPolicy: Local
`,
  source: 'pkg/proxy/util/utils.go ShouldSkipService, v1.37.1',
  appliesTo: service => isHeadless(service) || service.type === 'ExternalName',
  *check({ service, change }) {
    for (const draft of fieldsWithoutEffect(service)) {
      // A field that the API server rejects has a finding of unsupported-value already.
      if (!change.violations.some(violation => violation.path === draft.path)) yield draft;
    }
  },
};

function* fieldsWithoutEffect(service: Service): Generator<Draft> {
  if (service.internalTrafficPolicy === 'Local') yield draftFor(service, 'internalTrafficPolicy', 'Local');
  if (service.externalTrafficPolicy === 'Local') yield draftFor(service, 'externalTrafficPolicy', 'Local');
  if (service.trafficDistribution !== null) {
    const draft = draftFor(service, 'trafficDistribution', service.trafficDistribution);
    yield isHeadless(service) ? { ...draft, maxLevel: 'info' } : draft;
  }
}

function draftFor(service: Service, field: string, value: string): Draft {
  const because = isHeadless(service)
    ? 'clients of a headless Service connect to its pods directly'
    : 'clients of an ExternalName Service connect to another host';
  return {
    message: () => `${field} ${value} has no effect: ${because}`,
    path: `spec.${field}`,
    fixes: [{ description: `remove spec.${field}`, edits: [{ path: ['spec', field], value: null }] }],
  };
}
