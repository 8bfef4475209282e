import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Manifest, type ManifestFile, readManifests } from '../../cluster/manifests/manifest.ts';
import { errorMessage, InputError } from '../../runtime/errors.ts';

const MANIFEST = /\.(ya?ml|json)$/;

/** The objects of files, folders (recursively) and `-` for standard input, in the given order. */
export async function readInput(paths: readonly string[], stdin: () => Promise<string>): Promise<readonly Manifest[]> {
  return (await readFiles(paths, stdin)).flatMap(readManifests);
}

/** The objects of --topology. Throws InputError if there are none, as after a failed kubectl. */
export async function readTopology(
  paths: readonly string[],
  stdin: () => Promise<string>,
): Promise<readonly Manifest[]> {
  const manifests = await readInput(paths, stdin);
  if (paths.length > 0 && manifests.length === 0) {
    throw new InputError('--topology holds no object; expected Nodes, Services and EndpointSlices', {
      file: paths.join(', '),
    });
  }
  return manifests;
}

/** The texts of files, folders and `-` for standard input. */
export async function readFiles(
  paths: readonly string[],
  stdin: () => Promise<string>,
): Promise<readonly ManifestFile[]> {
  const files: ManifestFile[] = [];
  for (const path of paths) {
    if (path === '-') files.push({ name: '-', text: await stdin(), unknownDocuments: 'refuse' });
    else files.push(...filesAt(path));
  }
  return files;
}

function filesAt(path: string): readonly ManifestFile[] {
  if (!isFolder(path)) return [{ name: path, text: readText(path), unknownDocuments: 'refuse' }];
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter(name => MANIFEST.test(name) && !name.split(/[/\\]/).some(isHidden))
    .map(name => join(path, name))
    .filter(name => !isFolder(name))
    .sort();
  if (names.length === 0) throw new InputError('the folder holds no .yaml, .yml or .json file', { file: path });
  return names.map(name => ({ name, text: readText(name), unknownDocuments: 'ignore' }));
}

function isHidden(part: string): boolean {
  return part === 'node_modules' || part.startsWith('.');
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw new InputError(`cannot be read: ${errorMessage(cause)}`, { file: path, cause });
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new InputError(`cannot be read: ${errorMessage(cause)}`, { file: path, cause });
  }
}
