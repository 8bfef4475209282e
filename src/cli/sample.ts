import { type Manifest, readManifests } from '../cluster/manifests/manifest.ts';
import { readBundledFile } from '../runtime/bundled-files.ts';

/** A synthetic cluster of three zones and nine nodes, with typical Services. From the root of the package. */
export const SAMPLE_CLUSTER = 'sample/cluster.yaml';

/** Five manifests with instructive reviews, in the order of the demo. */
export const SAMPLE_MANIFESTS = 'sample/stories.yaml';

/** The objects of a sample file. */
export function readSample(path: typeof SAMPLE_CLUSTER | typeof SAMPLE_MANIFESTS): readonly Manifest[] {
  return readManifests({ name: path, text: readBundledFile(path).toString(), unknownDocuments: 'refuse' });
}

/** An AdmissionReview as sent by the API server. */
export function admissionReview(review: {
  readonly uid: string;
  readonly object: unknown;
  readonly oldObject: unknown;
  readonly name: string;
  readonly namespace: string;
}): object {
  const { uid, object, oldObject, name, namespace } = review;
  const kind = { group: '', version: 'v1', kind: 'Service' };
  const resource = { group: '', version: 'v1', resource: 'services' };
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      ...{ uid, kind, resource, requestKind: kind, requestResource: resource, name, namespace, object, oldObject },
      operation: oldObject ? 'UPDATE' : 'CREATE',
      userInfo: { username: 'demo' },
      dryRun: false,
    },
  };
}

/** A curl command for another terminal. */
export function sampleCurlCommand(port: number): string {
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
  const review = admissionReview({ ...object.metadata, uid: 'try-me', object, oldObject: null });
  return `
Serving the bundled sample cluster: 3 zones, 9 nodes. Send a review from another terminal:

curl -sk 'https://127.0.0.1:${port}/validate?timeout=2s' -H 'content-type: application/json' -d '${JSON.stringify(review)}'

`;
}
