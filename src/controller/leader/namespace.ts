import { readFileSync } from 'node:fs';

const IN_CLUSTER = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';
const USUAL = 'zonewise';

/** The namespace in which zonewise is installed: from the chart, the Pod's service account, or the default. */
export function ownNamespace(file = IN_CLUSTER): string {
  const told = process.env['POD_NAMESPACE'];
  if (told) return told;
  try {
    return readFileSync(file, 'utf8').trim() || USUAL;
  } catch {
    return USUAL;
  }
}
