// Runs before `helm uninstall`. It deletes the webhook configurations first, so that the API server does not call a
// webhook that is being removed.
import { readFileSync } from 'node:fs';
import { request } from 'node:https';

const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port, NAME: name } = process.env;
const account = process.env.ACCOUNT_FOLDER ?? '/var/run/secrets/kubernetes.io/serviceaccount';
const ca = readFileSync(`${account}/ca.crt`);
const headers = { authorization: `Bearer ${readFileSync(`${account}/token`, 'utf8').trim()}` };

for (const resource of ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations']) {
  const path = `/apis/admissionregistration.k8s.io/v1/${resource}/${name}`;
  const { status, body } = await new Promise((resolve, reject) => {
    const options = { method: 'DELETE', host, port, path, ca, headers, timeout: 20_000 };
    const sent = request(options, response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', chunk => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body: text }));
    });
    sent.on('error', reject);
    sent.on('timeout', () => sent.destroy(new Error('no answer in 20 s')));
    sent.end();
  });
  if (status !== 200 && status !== 404) throw new Error(`DELETE ${path}: ${status} ${body}`);
  console.log(`${resource}/${name}: ${status === 200 ? 'removed' : 'not there'}`);
}
