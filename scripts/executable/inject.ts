import { execFile } from 'node:child_process';
import { chmod, copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'postject';
import { filesIn } from '../../src/runtime/bundled-files.ts';
import { type Architecture, NODE_VERSION } from './node-package.ts';

const run = promisify(execFile);

/** Marks in the Node binary whether a program is injected (Node's documentation, Single executable applications). */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const FOLDERS = ['dist/page', 'sample'];

export interface Injection {
  /** The checkout. */
  readonly root: string;
  readonly architecture: Architecture;
  /** Paths of the bundle and of the Node binary. */
  readonly main: string;
  readonly node: string;
  /** For intermediate files. */
  readonly folder: string;
}

/** Writes Node with the bundle, the page and the sample into `executable`. */
export async function writeExecutable(injection: Injection, executable: string): Promise<void> {
  const blob = await prepareBlob(injection);
  await copyFile(injection.node, executable);
  await chmod(executable, 0o755);
  await inject(executable, 'NODE_SEA_BLOB', await readFile(blob), { sentinelFuse: FUSE });
}

/** Node itself prepares the blob, which only the same version can read. */
async function prepareBlob({ root, architecture, main, folder }: Injection): Promise<string> {
  if (process.versions.node !== NODE_VERSION) {
    throw new Error(`needs Node ${NODE_VERSION}, the version of the executable; this is ${process.versions.node}`);
  }
  const [config, output] = [join(folder, 'sea-config.json'), join(folder, 'blob')];
  // Compiled code is for one architecture. Without it the executable starts more slowly.
  const useCodeCache = architecture === process.arch;
  const assets = assetsOf(root);
  await writeFile(config, JSON.stringify({ main, output, disableExperimentalSEAWarning: true, useCodeCache, assets }));
  await run(process.execPath, ['--experimental-sea-config', config]);
  return output;
}

/** The files that src/runtime/bundled-files.ts reads, by path from the root. */
function assetsOf(root: string): Readonly<Record<string, string>> {
  const names = FOLDERS.flatMap(folder => [...filesIn(join(root, folder)).keys()].map(name => `${folder}/${name}`));
  return Object.fromEntries(['package.json', ...names].map(name => [name, join(root, name)]));
}
