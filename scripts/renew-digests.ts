// npm run renew-digests [-- --check]: writes into the Dockerfile the image of the Node that package.json names, with the digest
// that its tag has now on Docker Hub. With --check it writes nothing and fails if there is a newer one.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { DOCKER_HUB, indexDigest } from './registry.ts';

const DOCKERFILE = join(import.meta.dirname, '../Dockerfile');
/** The processors that a release is built for. */
const PLATFORMS = ['linux/amd64', 'linux/arm64'];
const PINNED = /\bnode:\d[\w.-]*@sha256:[0-9a-f]{64}/g;

/** The Dockerfile with the image of this Node, by the current digest of its tag. Throws if it names no pinned image. */
export async function renewed(dockerfile: string, nodeVersion: string, registry = DOCKER_HUB): Promise<string> {
  if (!dockerfile.match(PINNED)) throw new Error('the Dockerfile names no image node:TAG@sha256:DIGEST');
  const tag = `${nodeVersion}-bookworm-slim`;
  const digest = await indexDigest({ registry, repository: 'library/node', tag, platforms: PLATFORMS });
  return dockerfile.replace(PINNED, `node:${tag}@${digest}`);
}

async function main(): Promise<void> {
  const current = readFileSync(DOCKERFILE, 'utf8');
  const next = await renewed(current, packageJson.devDependencies.node);
  const [image] = next.match(PINNED) ?? [];
  if (next === current) return console.log(`${image} is current`);
  if (process.argv.includes('--check')) throw new Error(`the Dockerfile is behind: ${image}`);
  writeFileSync(DOCKERFILE, next);
  console.log(`the Dockerfile has ${image}`);
}

if (import.meta.main) await main();
