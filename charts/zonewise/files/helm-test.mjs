// Runs in a Pod for `helm test`: checks that zonewise is ready and warns about a Service with a finding.
import { request } from 'node:https';

const ready = await fetch(`${process.env.OPS}/readyz`);
if (!ready.ok) throw new Error(`not ready: ${await ready.text()}`);

const object = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'demo', namespace: 'default', annotations: { 'service.kubernetes.io/topology-mode': 'Maybe' } },
  spec: { type: 'ClusterIP', clusterIP: '10.96.0.10', selector: { app: 'demo' }, ports: [{ port: 80 }] },
};
const review = {
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: 'helm-test',
    kind: { group: '', version: 'v1', kind: 'Service' },
    resource: { group: '', version: 'v1', resource: 'services' },
    name: 'demo',
    namespace: 'default',
    operation: 'CREATE',
    userInfo: { username: 'helm-test' },
    dryRun: true,
    object,
    oldObject: null,
    options: { apiVersion: 'meta.k8s.io/v1', kind: 'CreateOptions' },
  },
};

const answer = await new Promise((resolve, reject) => {
  const headers = { 'content-type': 'application/json' };
  // The API server verifies the certificate; this test only inspects it.
  const options = { method: 'POST', headers, rejectUnauthorized: false, timeout: 10_000 };
  const sent = request(new URL('/validate?timeout=5s', process.env.WEBHOOK), options, response => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', chunk => {
      text += chunk;
    });
    response.on('end', () => resolve(JSON.parse(text)));
  });
  sent.on('error', reject);
  sent.on('timeout', () => sent.destroy(new Error('no answer in 10 s')));
  sent.end(JSON.stringify(review));
});

const warnings = answer.response?.warnings ?? [];
if (!warnings.some(warning => warning.includes('[unknown-topology-mode]'))) {
  throw new Error(`expected a warning [unknown-topology-mode], got ${JSON.stringify(answer)}`);
}
console.log(`zonewise is ready and warns: ${warnings.join('; ')}`);
