import { pino } from 'pino';
import { Agent, request } from 'undici';
import type { AdmissionReviewResponse } from '../admission/respond.ts';
import type { Manifest } from '../cluster/manifests/manifest.ts';
import { ManifestTopology } from '../cluster/manifests/manifest-topology.ts';
import { EvaluationCache } from '../engine/evaluation-cache.ts';
import { DEFAULT_POLICY } from '../engine/policy.ts';
import { asObject } from '../model/raw.ts';
import { RULES } from '../rules/index.ts';
import { InputError } from '../runtime/errors.ts';
import { selfSignedCertificate } from '../serving/self-signed-certificate.ts';
import { startWebhookServer } from '../webhook/server.ts';
import type { Command, Terminal } from './command.ts';
import { assumedFacts, parseFlagsOnly } from './flags/flags.ts';
import { admissionReview, readSample, SAMPLE_CLUSTER, SAMPLE_MANIFESTS } from './sample.ts';

const HELP = `Show the output of kubectl apply for five Services of a bundled sample cluster.

  zonewise demo

Starts the webhook on loopback, sends it AdmissionReviews as an API server does, prints the warnings, and ends.

Example:
  zonewise demo
`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  parseFlagsOnly('demo', args, {});
  const cluster = readSample(SAMPLE_CLUSTER);
  const stories = readSample(SAMPLE_MANIFESTS);
  const tls = await selfSignedCertificate(Date.now());
  const server = await startWebhookServer({
    environment: sampleEnvironment(cluster),
    log: pino({ level: 'silent' }),
    tls,
    host: '127.0.0.1',
    port: 0,
    opsPort: 0,
    readiness: () => ({ ready: true, waitingFor: [] }),
  });
  const apiServer = new Agent({ connect: { ca: tls.cert } });
  try {
    terminal.out(
      'A cluster of 3 zones and 9 nodes (sample/cluster.yaml), and five Services applied to it (sample/stories.yaml):\n',
    );
    for (const story of stories) {
      const old = cluster.find(
        ({ kind, namespace, name }) => kind === 'Service' && namespace === story.namespace && name === story.name,
      );
      const answer = await sendReview(apiServer, server.webhookPort, story, old);
      terminal.out(renderStep(story, old !== undefined, answer));
    }
  } finally {
    await apiServer.close();
    await server.close();
  }
  return 0;
}

function sampleEnvironment(cluster: readonly Manifest[]) {
  const topology = new ManifestTopology(cluster);
  const facts = assumedFacts({}, DEFAULT_POLICY, Date.now());
  const sources = { topology: () => topology, facts: () => facts, policy: () => DEFAULT_POLICY };
  return { ...sources, rules: RULES, pods: null, cache: new EvaluationCache() };
}

async function sendReview(
  apiServer: Agent,
  port: number,
  story: Manifest,
  old?: Manifest,
): Promise<AdmissionReviewResponse> {
  const { name, namespace, raw } = story;
  const answer = await request(`https://127.0.0.1:${port}/validate?timeout=2s`, {
    dispatcher: apiServer,
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'kube-apiserver-admission' },
    body: JSON.stringify(
      admissionReview({ uid: `demo-${name}`, object: raw, oldObject: old?.raw ?? null, name, namespace }),
    ),
  });
  const body = await answer.body.text();
  if (answer.statusCode !== 200) throw new InputError(`the webhook answered ${answer.statusCode}: ${body}`);
  return JSON.parse(body) as AdmissionReviewResponse;
}

/** Formats a review as kubectl does: one line per warning, then the result. */
function renderStep(
  { namespace, name, raw }: Manifest,
  existed: boolean,
  { response }: AdmissionReviewResponse,
): string {
  const spec = asObject(raw['spec']);
  const annotation = asObject(asObject(raw['metadata'])['annotations'])['service.kubernetes.io/topology-mode'];
  const fields = ['type', 'internalTrafficPolicy', 'externalTrafficPolicy', 'trafficDistribution']
    .filter(field => typeof spec[field] === 'string')
    .map(field => `${field}: ${spec[field]}`);
  if (typeof annotation === 'string') fields.unshift(`topology-mode: ${annotation}`);
  const result = response.allowed
    ? `service/${name} ${existed ? 'configured' : 'created'}`
    : `Error from server: ${response.status?.message}`;
  return `
$ kubectl apply -n ${namespace} -f ${name}.yaml   # ${fields.join(', ')}
${(response.warnings ?? []).map(warning => `Warning: ${warning}\n`).join('')}${result}
`;
}

export const demo: Command = { name: 'demo', summary: 'show five reviews of a sample cluster', help: HELP, run };
