import type { FieldEdit } from './finding.ts';
import type { Service } from './service.ts';
import { TOPOLOGY_AWARE_HINTS_ANNOTATION, TOPOLOGY_MODE_ANNOTATION } from './service.ts';

/** The Service after the edits, before API defaulting. Edits of fields outside the model are ignored. */
export function applyEdits(service: Service, edits: readonly FieldEdit[]): Service {
  return edits.reduce(applyEdit, service);
}

function applyEdit(service: Service, { path, value }: FieldEdit): Service {
  const [section, field, key] = path;
  if (section === 'metadata' && field === 'annotations' && key !== undefined) {
    const { [key]: _, ...rest } = service.annotations;
    return { ...service, annotations: value === null ? rest : { ...rest, [key]: value } };
  }
  if (section !== 'spec') return service;
  switch (field) {
    case 'type':
      return withType(service, value ?? 'ClusterIP');
    case 'internalTrafficPolicy':
      return { ...service, internalTrafficPolicy: value };
    case 'externalTrafficPolicy':
      return { ...service, externalTrafficPolicy: value };
    case 'trafficDistribution':
      return { ...service, trafficDistribution: value };
    case 'sessionAffinity':
      return { ...service, sessionAffinity: value ?? 'None' };
    case 'publishNotReadyAddresses':
      return { ...service, publishNotReadyAddresses: value === 'true' };
    case 'topologyKeys':
      return { ...service, topologyKeys: [] };
    default:
      return service;
  }
}

/** A change of type clears the fields that the new type does not have (pkg/registry/core/service/strategy.go, v1.37.1). */
function withType(service: Service, type: string): Service {
  if (type !== 'ClusterIP') return { ...service, type };
  return {
    ...service,
    type,
    externalTrafficPolicy: service.externalIPs.length > 0 ? service.externalTrafficPolicy : null,
    healthCheckNodePort: 0,
    loadBalancerIngress: [],
    ports: service.ports.map(port => ({ ...port, nodePort: 0 })),
  };
}

/** The edits that remove topology-mode, under either of its two keys. */
export function topologyModeRemovalEdits({ annotations }: Service): readonly FieldEdit[] {
  return [TOPOLOGY_AWARE_HINTS_ANNOTATION, TOPOLOGY_MODE_ANNOTATION]
    .filter(key => key in annotations)
    .map(key => ({ path: ['metadata', 'annotations', key], value: null }));
}
