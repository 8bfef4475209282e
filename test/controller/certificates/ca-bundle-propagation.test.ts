import { beforeAll, expect, test } from 'vitest';
import { CABundlePropagation } from '../../../src/controller/certificates/ca-bundle-propagation.ts';
import { type CertificateKeyPair, readPair } from '../../../src/controller/certificates/certificate.ts';
import { issueCA } from '../../../src/controller/certificates/issue.ts';
import {
  readConfiguration,
  type WebhookConfiguration,
} from '../../../src/controller/certificates/webhook-configuration.ts';
import { DAY } from './fake-cluster.ts';

let one: CertificateKeyPair, two: CertificateKeyPair;

beforeAll(async () => {
  [one, two] = [await made(), await made()];
});

async function made(): Promise<CertificateKeyPair> {
  const { cert, key } = await issueCA({ now: Date.parse('2026-07-01T00:00:00Z'), validity: DAY });
  const pair = readPair(cert, key);
  if (!pair) throw new Error('issued what cannot be read');
  return pair;
}

/** One webhook for each caBundle. */
function configuration(...bundles: readonly (readonly CertificateKeyPair[])[]): WebhookConfiguration {
  const webhooks = bundles.map(pairs => {
    const text = pairs.map(({ certificate }) => certificate.pem).join('');
    return { clientConfig: { caBundle: Buffer.from(text).toString('base64') } };
  });
  return readConfiguration('validating', { webhooks });
}

test('time starts when the CA is first seen in every webhook of every configuration', () => {
  const publication = new CABundlePropagation();
  expect(publication.observe(one, [configuration([one]), configuration([])], 100)).toBe(0);
  expect(publication.observe(one, [configuration([one], []), configuration([one])], 200)).toBe(0);
  expect(publication.observe(one, [configuration([one], [one]), configuration([one])], 300)).toBe(0);
  expect(publication.observe(one, [configuration([one], [two, one]), configuration([one])], 450)).toBe(150);
});

test('a gap restarts it', () => {
  const publication = new CABundlePropagation();
  publication.observe(one, [configuration([one])], 0);
  expect(publication.observe(one, [configuration([])], 50)).toBe(0);
  publication.observe(one, [configuration([one])], 100);
  expect(publication.observe(one, [configuration([one])], 130)).toBe(30);
});

test('another CA has its own time, even if both are present', () => {
  const publication = new CABundlePropagation();
  const both = [configuration([one, two])];
  publication.observe(one, both, 0);
  expect(publication.observe(one, both, 50)).toBe(50);
  expect(publication.observe(two, both, 60)).toBe(0);
  expect(publication.observe(two, both, 75)).toBe(15);
});

test('without configurations there is no wait; without a CA nothing is present', () => {
  const publication = new CABundlePropagation();
  publication.observe(one, [], 0);
  expect(publication.observe(one, [], 40)).toBe(40);
  expect(publication.observe('missing', [configuration([one])], 50)).toBe(0);
});
