import { type Dirent, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Manifest, type ManifestFile, parseManifests } from '../../cluster/manifests/manifest.ts';
import { errorMessage, InputError } from '../../runtime/errors.ts';

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

/** The usable objects of --topology. Throws InputError if the files have none. */
export async function readUsableTopology(
  paths: readonly string[],
  stdin: () => Promise<string>,
): Promise<ReadManifests> {
  const read = await readUsable(paths, stdin);
  if (paths.length > 0 && read.manifests.length === 0 && read.errors.length === 0) {
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
      else errors.push(new InputError(`cannot be read: ${errorMessage(cause)}`, { file: path, cause }));
    }
  };
  const readFile = (name: string, unknownDocuments: ManifestFile['unknownDocuments']) =>
    collect(name, () => {
      rejectSpecialFile(name, statSync(name));
      files.push({ name, text: decode(name, readFileSync(name)), unknownDocuments });
    });
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

/** A named pipe without a writer would block, and a device may be endless. `<(command)` is a pipe in /dev/fd. */
function rejectSpecialFile(name: string, stats: Stats): void {
  if (stats.isFile() || (stats.isFIFO() && /^\/(dev|proc)\//.test(name))) return;
  throw new InputError(`is ${kindOf(stats)}; expected a file, a folder, or - for standard input`, { file: name });
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isDirectory() ? 'a folder' : 'a device';
}

/** UTF-8, or UTF-16 with a byte order mark, as kubectl reads. */
function decode(name: string, bytes: Buffer): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: encoding === 'utf-8' }).decode(bytes);
  } catch (cause) {
    throw new InputError('is not UTF-8 text', { file: name, cause });
  }
}

function isHidden(name: string): boolean {
  return name === 'node_modules' || name.startsWith('.');
}
