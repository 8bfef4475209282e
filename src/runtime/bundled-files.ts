import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import sea from 'node:sea';

/** The root of the package: the parent of src and of dist. */
const ROOT = join(import.meta.dirname, '../..');

/** Whether this process is the single executable, which contains the files below. */
export function isSingleExecutable(): boolean {
  return sea.isSea();
}

/** A file that ships with zonewise, by its path from the root of the package: on disk, or inside the single executable. */
export function readBundledFile(path: string): Buffer {
  return isSingleExecutable() ? Buffer.from(sea.getRawAsset(path)) : readFileSync(join(ROOT, path));
}

/** All files of a folder that ships with zonewise, by their path in it. Empty if the folder does not exist. */
export function readBundledFolder(folder: string): ReadonlyMap<string, Buffer> {
  if (!isSingleExecutable()) return filesIn(join(ROOT, folder));
  const names = sea.getAssetKeys().filter(name => name.startsWith(`${folder}/`));
  return new Map(names.map(name => [name.slice(folder.length + 1), readBundledFile(name)]));
}

/** All files of a folder on disk, recursively, by their path in it with `/`. Empty if the folder cannot be read. */
export function filesIn(folder: string): ReadonlyMap<string, Buffer> {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
    const paths = entries.map(entry => join(entry.parentPath, entry.name));
    return new Map(paths.map(path => [path.slice(join(folder, sep).length).replaceAll(sep, '/'), readFileSync(path)]));
  } catch {
    return new Map();
  }
}
