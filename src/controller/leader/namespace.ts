import { readFileSync } from 'node:fs';

const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';
const DEFAULT_NAMESPACE = 'zonewise';

/** The namespace in which zonewise is installed: from the chart, the Pod's service account, or the default. */
export function installNamespace(file = NAMESPACE_FILE): string {
  const fromEnvironment = process.env['POD_NAMESPACE'];
  if (fromEnvironment) return fromEnvironment;
  try {
    return readFileSync(file, 'utf8').trim() || DEFAULT_NAMESPACE;
  } catch {
    return DEFAULT_NAMESPACE;
  }
}
