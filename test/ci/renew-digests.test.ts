import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { renewed } from '../../scripts/renew-digests.ts';

const OLD = `ARG NODE_IMAGE=node:24.1.0-bookworm-slim@sha256:${'0'.repeat(64)}\nFROM \${NODE_IMAGE} AS build\n`;
const INDEX = 'application/vnd.oci.image.index.v1+json';

interface Answers {
  readonly platforms?: readonly string[];
  readonly type?: string;
  readonly stated?: string;
}

/** A registry with one tag, which wants an anonymous token as Docker Hub does. */
async function startRegistry({ platforms = ['amd64', 'arm64'], type = INDEX, stated }: Answers = {}) {
  const manifests = platforms.map(architecture => ({ platform: { os: 'linux', architecture } }));
  const body = JSON.stringify({ schemaVersion: 2, manifests });
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
  const answer: RequestListener = ({ url, headers }, response) => {
    if (url === '/token?service=registry.example&scope=repository%3Alibrary%2Fnode%3Apull') {
      response.end(JSON.stringify({ token: 'anonymous' }));
    } else if (url !== '/v2/library/node/manifests/24.9.9-bookworm-slim' || !headers.accept?.includes(INDEX)) {
      response.writeHead(404).end();
    } else if (headers.authorization !== 'Bearer anonymous') {
      const scope = 'service="registry.example",scope="repository:library/node:pull"';
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${origin}/token",${scope}` }).end();
    } else {
      response.writeHead(200, { 'content-type': type, 'docker-content-digest': stated ?? digest }).end(body);
    }
  };
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => void server.close());
  return { origin, digest };
}

test('writes the version of package.json and the digest that its tag has now', async () => {
  const { origin, digest } = await startRegistry();
  const expected = `ARG NODE_IMAGE=node:24.9.9-bookworm-slim@${digest}\nFROM \${NODE_IMAGE} AS build\n`;
  expect(await renewed(OLD, '24.9.9', origin)).toBe(expected);
  expect(await renewed(expected, '24.9.9', origin)).toBe(expected);
});

test.each<[string, Answers, string]>([
  ['lacks an architecture', { platforms: ['amd64'] }, 'has no image for linux/arm64'],
  [
    'is one of a single architecture',
    { type: 'application/vnd.oci.image.manifest.v1+json' },
    'expected an image of several',
  ],
  ['is not what the registry says', { stated: `sha256:${'1'.repeat(64)}` }, 'but its content is sha256:'],
])('rejects an image that %s', async (_, answers, message) => {
  const { origin } = await startRegistry(answers);
  await expect(renewed(OLD, '24.9.9', origin)).rejects.toThrow(message);
});

test('rejects a tag that does not exist, and a Dockerfile without a pinned image', async () => {
  const { origin } = await startRegistry();
  await expect(renewed(OLD, '24.9.8', origin)).rejects.toThrow('24.9.8-bookworm-slim answered 404');
  await expect(renewed('FROM node:24\n', '24.9.9', origin)).rejects.toThrow('names no image');
});
