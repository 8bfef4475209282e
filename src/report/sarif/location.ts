import { isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ObjectRef } from '../../model/finding.ts';
import type { LocatedFinding } from '../result.ts';

/** What relative URIs are relative to: the folder in which zonewise ran, for CI the root of the checkout. */
export const SOURCE_ROOT = '%SRCROOT%';

interface ArtifactLocation {
  readonly uri: string;
  readonly uriBaseId?: string;
}

/**
 * A file as SARIF names it. What is not below `folder` is named absolutely; standard input is `stdin`, as Helm's
 * `# Source:` comments name a template, whose lines are not those of what it rendered.
 */
export function artifactLocation(file: string, folder: string): ArtifactLocation {
  if (file === '-') return { uri: 'stdin' };
  const path = relative(folder, resolve(folder, file));
  if (isAbsolute(path) || path === '..' || path.startsWith(`..${sep}`)) {
    return { uri: pathToFileURL(resolve(folder, file)).href };
  }
  return { uri: path.split(sep).map(encodeURIComponent).join('/'), uriBaseId: SOURCE_ROOT };
}

/** Line and Service; of a cluster's Service there is no line. */
export function locationOf({ file, line, object }: LocatedFinding, folder: string): object {
  const logicalLocations = [logicalLocation(object)];
  if (file === null) return { logicalLocations };
  const region = { startLine: line ?? 1 };
  return { physicalLocation: { artifactLocation: artifactLocation(file, folder), region }, logicalLocations };
}

export function logicalLocation({ kind, namespace, name }: ObjectRef): object {
  return { name, fullyQualifiedName: `${kind}/${namespace}/${name}`, kind: 'resource' };
}
