import type { FieldEdit } from './finding.ts';
import type { Service } from './service.ts';

/** The Service after the edits, before API defaulting. Edits of fields that the model does not hold change nothing. */
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
