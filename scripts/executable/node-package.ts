// node scripts/executable/node-package.ts x64|arm64 FOLDER: extracts the Node of the executables.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import pins from './node-packages.json' with { type: 'json' };

const run = promisify(execFile);

export type Architecture = keyof typeof pins.integrity;

/** As Node and as Go name them. */
export const ARCHITECTURES: Readonly<Record<Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };

/** The Node that the executables contain. */
export const NODE_VERSION = pins.version;

export class NodePackageError extends Error {
  readonly code = 'NODE_PACKAGE';
}

export interface NodePackage {
  /** Paths in the extracted package. */
  readonly binary: string;
  readonly license: string;
}

/**
 * Extracts Node for Linux into `folder`. It is a package of the npm registry, kept in the user's cache. Throws a
 * NodePackageError if its content is not the pinned one.
 */
export async function extractNode(architecture: Architecture, folder: string): Promise<NodePackage> {
  const archive = await download(architecture);
  await verify(archive, pins.integrity[architecture]);
  await mkdir(folder, { recursive: true });
  await run('tar', ['-xzf', archive, '-C', folder, 'package/bin/node', 'package/LICENSE']);
  return { binary: join(folder, 'package/bin/node'), license: join(folder, 'package/LICENSE') };
}

async function download(architecture: Architecture): Promise<string> {
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'zonewise', 'node');
  const name = `node-linux-${architecture}`;
  const path = join(cache, `${name}-${NODE_VERSION}.tgz`);
  const isCached = await verify(path, pins.integrity[architecture]).then(
    () => true,
    () => false,
  );
  if (isCached) return path;
  await mkdir(cache, { recursive: true });
  const temporary = await mkdtemp(join(cache, 'download-'));
  try {
    await run('npm', [
      'pack',
      `${name}@${NODE_VERSION}`,
      '--loglevel=error',
      '--ignore-scripts',
      '--pack-destination',
      temporary,
    ]);
    await rename(join(temporary, basename(path)), path);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return path;
}

async function verify(path: string, integrity: string): Promise<void> {
  const found = `sha512-${createHash('sha512')
    .update(await readFile(path))
    .digest('base64')}`;
  if (found !== integrity) throw new NodePackageError(`${path} has ${found}; expected ${integrity}`);
}

export function architectureOf(text: string | undefined): Architecture {
  if (text !== undefined && Object.hasOwn(ARCHITECTURES, text)) return text as Architecture;
  throw new Error(`the architecture is ${text}; expected one of ${Object.keys(ARCHITECTURES).join(', ')}`);
}

if (import.meta.main) {
  const [architecture, folder = 'node'] = process.argv.slice(2);
  console.log((await extractNode(architectureOf(architecture), folder)).binary);
}
