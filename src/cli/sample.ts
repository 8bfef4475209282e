import { fileURLToPath } from 'node:url';

/** A made-up cluster of three zones and nine nodes, with Services as people write them. */
export const SAMPLE_CLUSTER = fileURLToPath(new URL('../../sample/cluster.yaml', import.meta.url));

/** Five manifests whose review is worth reading, in the order in which the demo tells them. */
export const SAMPLE_STORIES = fileURLToPath(new URL('../../sample/stories.yaml', import.meta.url));

/** An AdmissionReview as the API server sends it. */
export function admissionReview(of: {
  readonly uid: string;
  readonly object: unknown;
  readonly oldObject: unknown;
  readonly name: string;
  readonly namespace: string;
}): object {
  const kind = { group: '', version: 'v1', kind: 'Service' };
  const resource = { group: '', version: 'v1', resource: 'services' };
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: of.uid,
      kind,
      resource,
      requestKind: kind,
      requestResource: resource,
      name: of.name,
      namespace: of.namespace,
      operation: of.oldObject ? 'UPDATE' : 'CREATE',
      userInfo: { username: 'demo' },
      object: of.object,
      oldObject: of.oldObject,
      dryRun: false,
    },
  };
}

/** A command to paste into another terminal. */
export function sampleCurl(port: number): string {
  const object = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'otel-agent', namespace: 'monitoring' },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.11',
      selector: { app: 'otel-agent' },
      ports: [{ name: 'otlp', protocol: 'TCP', port: 4317, targetPort: 4317 }],
      internalTrafficPolicy: 'Local',
    },
  };
  const review = admissionReview({
    uid: 'try-me',
    object,
    oldObject: null,
    name: 'otel-agent',
    namespace: 'monitoring',
  });
  return `
Serving the bundled sample cluster: 3 zones, 9 nodes. Ask it, from another terminal:

curl -sk 'https://127.0.0.1:${port}/validate?timeout=2s' -H 'content-type: application/json' -d '${JSON.stringify(review)}'

`;
}
