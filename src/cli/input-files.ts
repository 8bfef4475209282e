import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../cluster/manifest.ts';
import { readManifests } from '../cluster/manifest.ts';
import { InputError, messageOf } from '../errors.ts';

const MANIFEST = /\.(ya?ml|json)$/;

/** All objects of files, folders (with what is below them) and `-` for standard input, in the order given. */
export async function readInput(paths: readonly string[], stdin: () => Promise<string>): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = [];
  for (const path of paths) {
    if (path === '-') manifests.push(...readManifests({ name: '-', text: await stdin(), strangers: 'refuse' }));
    else manifests.push(...readPath(path));
  }
  return manifests;
}

function readPath(path: string): readonly Manifest[] {
  if (!isFolder(path)) return readManifests({ name: path, text: readText(path), strangers: 'refuse' });
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter(
      file => MANIFEST.test(file) && !file.split(/[/\\]/).some(part => part === 'node_modules' || part.startsWith('.')),
    )
    .sort();
  if (files.length === 0) throw new InputError('the folder holds no .yaml, .yml or .json file', { file: path });
  return files.flatMap(file => {
    const name = join(path, file);
    return isFolder(name) ? [] : readManifests({ name, text: readText(name), strangers: 'ignore' });
  });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw new InputError(`cannot be read: ${messageOf(cause)}`, { file: path, cause });
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new InputError(`cannot be read: ${messageOf(cause)}`, { file: path, cause });
  }
}
