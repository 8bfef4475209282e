import { createHash } from 'node:crypto';

/** The host of Docker Official Images (OCI distribution specification, and Docker's token authentication). */
export const DOCKER_HUB = 'https://registry-1.docker.io';

const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const TIMEOUT_MS = 30_000;

export interface TagQuery {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** The platforms that the image must have, such as `linux/arm64`. */
  readonly platforms: readonly string[];
}

/** The digest of the multi-platform image that a tag has now. Throws if the answer is not one, or lacks a platform. */
export async function indexDigest({ registry, repository, tag, platforms }: TagQuery): Promise<string> {
  const url = `${registry}/v2/${repository}/manifests/${tag}`;
  const response = await getWithToken(url, { accept: INDEX_TYPES.join(', ') });
  const body = Buffer.from(await response.arrayBuffer());
  const type = response.headers.get('content-type') ?? '';
  if (!INDEX_TYPES.includes(type)) throw new Error(`${url} is ${type}; expected an image of several platforms`);
  const found = platformsOf(JSON.parse(body.toString()));
  const missing = platforms.filter(platform => !found.includes(platform));
  if (missing.length > 0) throw new Error(`${url} has no image for ${missing.join(', ')}`);
  // Computed from the content, which is what a digest promises, and compared with what the registry says.
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
  const stated = response.headers.get('docker-content-digest');
  if (stated !== null && stated !== digest) throw new Error(`${url} says ${stated}, but its content is ${digest}`);
  return digest;
}

interface ImageIndex {
  readonly manifests?: readonly { readonly platform?: { readonly os: string; readonly architecture: string } }[];
}

function platformsOf({ manifests = [] }: ImageIndex): readonly string[] {
  return manifests.flatMap(({ platform }) => (platform ? `${platform.os}/${platform.architecture}` : []));
}

/** Asks for an anonymous token where the registry wants one. */
async function getWithToken(url: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  const first = await get(url, headers);
  const challenge = first.headers.get('www-authenticate');
  if (first.status !== 401 || challenge === null) return expectOk(first, url);
  await first.body?.cancel();
  const token = await fetchToken(challenge);
  return expectOk(await get(url, { ...headers, authorization: `Bearer ${token}` }), url);
}

async function fetchToken(challenge: string): Promise<string> {
  const parameters = new Map(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
  );
  const realm = parameters.get('realm');
  if (realm === undefined) throw new Error(`the registry wants ${challenge}; expected Bearer with a realm`);
  const url = new URL(realm);
  for (const key of ['service', 'scope']) url.searchParams.set(key, parameters.get(key) ?? '');
  const answer = (await expectOk(await get(url.href, {}), url.href).json()) as { readonly token?: string };
  if (!answer.token) throw new Error(`${url.href} gave no token`);
  return answer.token;
}

function get(url: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
}

function expectOk(response: Response, url: string): Response {
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}
