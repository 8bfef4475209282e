import { isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LocatedFinding } from '../result.ts';

/** The base of relative URIs: the working directory of zonewise, which is the root of the checkout in CI. */
export const SOURCE_ROOT = '%SRCROOT%';

interface ArtifactLocation {
  readonly uri: string;
  readonly uriBaseId?: string;
}

/**
 * The SARIF URI of a file, absolute for a file outside `folder`. Standard input is `stdin`: Helm's `# Source:` comments
 * name a template, whose line numbers differ from those of the output.
 */
export function artifactLocation(file: string, folder: string): ArtifactLocation {
  if (file === '-') return { uri: 'stdin' };
  const path = relative(folder, resolve(folder, file));
  if (isAbsolute(path) || path === '..' || path.startsWith(`..${sep}`)) {
    return { uri: pathToFileURL(resolve(folder, file)).href };
  }
  return { uri: path.split(sep).map(encodeURIComponent).join('/'), uriBaseId: SOURCE_ROOT };
}

/** Line and Service; a Service of a cluster has no line. */
export function locationOf({ file, line, object }: LocatedFinding, folder: string): object {
  const { kind, namespace, name } = object;
  const logicalLocations = [{ name, fullyQualifiedName: `${kind}/${namespace}/${name}`, kind: 'resource' }];
  if (file === null) return { logicalLocations };
  return { ...fileLocation(file, line, folder), logicalLocations };
}

export function fileLocation(file: string, line: number | null, folder: string): object {
  const region = { startLine: line ?? 1 };
  return { physicalLocation: { artifactLocation: artifactLocation(file, folder), region } };
}
