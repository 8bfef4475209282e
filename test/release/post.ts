import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { json } from 'node:stream/consumers';
import type { AdmissionReviewResponse } from '../../src/admission/respond.ts';
import { admissionReview, readSample, SAMPLE_MANIFESTS } from '../../src/cli/sample.ts';

/** Sends a review to a webhook on loopback with a self-signed certificate. */
export async function post(port: number, review: object): Promise<AdmissionReviewResponse> {
  const sent = request(`https://127.0.0.1:${port}/validate?timeout=5s`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    rejectUnauthorized: false,
    agent: false,
  });
  sent.end(JSON.stringify(review));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return (await json(response)) as AdmissionReviewResponse;
}

/** The first review of the demo, as a CREATE. */
export function sampleReview(): object {
  const [manifest] = readSample(SAMPLE_MANIFESTS);
  if (!manifest) throw new Error(`${SAMPLE_MANIFESTS} is empty`);
  const { name, namespace, raw } = manifest;
  return admissionReview({ uid: 'sample', name, namespace, object: raw, oldObject: null });
}
