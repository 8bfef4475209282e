import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Manifest, type ManifestFile, parseManifests } from '../../cluster/manifests/manifest.ts';
import { malformedManifest } from '../../cluster/manifests/object-shape.ts';
import { InputError } from '../../runtime/errors.ts';
import { readTextFile, unreadable } from '../../runtime/text-file.ts';

const EXPECTED = 'a file, a folder, or - for standard input';
const MANIFEST = /\.(ya?ml|json)$/;

/** The objects that were read, and an error for each file, document or object that cannot be used. */
export interface ReadFiles {
  readonly files: readonly ManifestFile[];
  readonly errors: readonly InputError[];
}

export interface ReadManifests {
  readonly manifests: readonly Manifest[];
  readonly errors: readonly InputError[];
}

/** The objects of files, folders (recursively) and `-` for standard input, in the given order. Throws the first error. */
export async function readInput(paths: readonly string[], stdin: () => Promise<string>): Promise<readonly Manifest[]> {
  return orThrow(await readUsable(paths, stdin));
}

/** The objects of --topology. Throws InputError if there are none, as after a failed kubectl, and the first error. */
export async function readTopology(
  paths: readonly string[],
  stdin: () => Promise<string>,
): Promise<readonly Manifest[]> {
  return orThrow(await readUsableTopology(paths, stdin));
}

/**
 * The usable objects of --topology. Throws InputError if the files have none, or a malformed one: without it, a Service
 * would seem to have no endpoints.
 */
export async function readUsableTopology(
  paths: readonly string[],
  stdin: () => Promise<string>,
): Promise<ReadManifests> {
  const read = await readUsable(paths, stdin);
  for (const manifest of read.manifests) {
    const malformed = malformedManifest(manifest);
    if (malformed) throw malformed;
  }
  if (paths.length > 0 && read.manifests.length === 0) {
    if (read.errors[0]) throw read.errors[0];
    throw new InputError('--topology holds no object; expected Nodes, Services and EndpointSlices', {
      file: paths.join(', '),
    });
  }
  return read;
}

async function readUsable(paths: readonly string[], stdin: () => Promise<string>): Promise<ReadManifests> {
  const { files, errors } = await readFiles(paths, stdin);
  const parsed = files.map(parseManifests);
  return {
    manifests: parsed.flatMap(({ manifests }) => manifests),
    errors: [...errors, ...parsed.flatMap(file => file.errors)],
  };
}

function orThrow({ manifests, errors }: ReadManifests): readonly Manifest[] {
  if (errors[0]) throw errors[0];
  return manifests;
}

/** The texts of files, folders and `-` for standard input. */
export async function readFiles(paths: readonly string[], stdin: () => Promise<string>): Promise<ReadFiles> {
  const files: ManifestFile[] = [];
  const errors: InputError[] = [];
  const collect = (path: string, read: () => void) => {
    try {
      read();
    } catch (cause) {
      if (cause instanceof InputError) errors.push(cause);
      else errors.push(new InputError(unreadable(path, cause), { file: path, cause }));
    }
  };
  const readFile = (name: string, unknownDocuments: ManifestFile['unknownDocuments']) =>
    collect(name, () => files.push({ name, text: readTextFile(name, { expected: EXPECTED }), unknownDocuments }));
  const readFolder = (path: string) => {
    const names: string[] = [];
    const list = (folder: string) =>
      collect(folder, () => {
        for (const entry of readdirSync(folder, { withFileTypes: true })) {
          if (isHidden(entry.name)) continue;
          const name = join(folder, entry.name);
          if (entry.isDirectory()) list(name);
          else if (MANIFEST.test(entry.name) && !leadsToFolder(name, entry)) names.push(name);
        }
      });
    list(path);
    if (names.length === 0)
      errors.push(new InputError('the folder holds no .yaml, .yml or .json file', { file: path }));
    for (const name of names.sort()) readFile(name, 'ignore');
  };
  for (const path of paths) {
    if (path === '-') files.push({ name: '-', text: await stdin(), unknownDocuments: 'refuse' });
    else collect(path, () => (statSync(path).isDirectory() ? readFolder(path) : readFile(path, 'refuse')));
  }
  return { files, errors };
}

/** A symbolic link to a folder is not followed, as it may lead to a folder above. */
function leadsToFolder(name: string, entry: Dirent): boolean {
  try {
    return entry.isSymbolicLink() && statSync(name).isDirectory();
  } catch {
    // Reported when the file is read.
    return false;
  }
}

function isHidden(name: string): boolean {
  return name === 'node_modules' || name.startsWith('.');
}
