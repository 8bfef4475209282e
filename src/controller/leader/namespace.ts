import { readFileSync } from 'node:fs';

const IN_CLUSTER = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';
const USUAL = 'zonewise';

/** The namespace that zonewise is installed in: as the chart says it, as the Pod's own account says it, or the usual one. */
export function ownNamespace(file = IN_CLUSTER): string {
  const told = process.env['POD_NAMESPACE'];
  if (told) return told;
  try {
    return readFileSync(file, 'utf8').trim() || USUAL;
  } catch {
    return USUAL;
  }
}
