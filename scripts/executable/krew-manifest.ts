// npm run krew-manifest -- --repository OWNER/NAME FOLDER: prints the manifest of the plugin for the archives in the folder.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };

export interface Archive {
  /** File name. */
  readonly name: string;
  /** As Go names it: `amd64`, `arm64`. */
  readonly architecture: string;
  /** Of the file, in hexadecimal. */
  readonly sha256: string;
}

export interface Release {
  readonly version: string;
  /** Where the project is, and where the archives of the release are. */
  readonly homepage: string;
  readonly downloads: string;
  readonly archives: readonly Archive[];
}

const SUMMARY = 'Show where the traffic of Services goes, and why';

const DESCRIPTION = `Evaluates the traffic fields of Services (internalTrafficPolicy, externalTrafficPolicy,
trafficDistribution, topology-mode) against the nodes and endpoints of the cluster, like
kube-proxy and the EndpointSlice controller of its version: which nodes lose traffic, which
fields have no effect, and what another setting would change. It writes nothing.
`;

const CAVEATS = `It needs permission to list and watch Nodes, Services, EndpointSlices and Namespaces.
Try: kubectl zonewise audit
`;

/** The manifest of the plugin for krew, the package manager of kubectl plugins. */
export function krewManifest({ version, homepage, downloads, archives }: Release): string {
  const platforms = archives.map(({ name, architecture, sha256 }) => ({
    selector: { matchLabels: { os: 'linux', arch: architecture } },
    uri: `${downloads}/${name}`,
    sha256,
    files: ['kubectl-zonewise', 'LICENSE', 'THIRD-PARTY-LICENSES'].map(from => ({ from, to: '.' })),
    bin: 'kubectl-zonewise',
  }));
  return stringify({
    apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
    kind: 'Plugin',
    metadata: { name: 'zonewise' },
    spec: {
      version: `v${version}`,
      homepage,
      shortDescription: SUMMARY,
      description: DESCRIPTION,
      caveats: CAVEATS,
      platforms,
    },
  });
}

function main(): void {
  const { values, positionals } = parseArgs({ options: { repository: { type: 'string' } }, allowPositionals: true });
  const [folder] = positionals;
  if (folder === undefined || values.repository === undefined)
    throw new Error('needs --repository OWNER/NAME and a folder');
  const { version } = packageJson;
  const homepage = `https://github.com/${values.repository}`;
  const downloads = `${homepage}/releases/download/v${version}`;
  process.stdout.write(krewManifest({ version, homepage, downloads, archives: archivesIn(folder, version) }));
}

function archivesIn(folder: string, version: string): readonly Archive[] {
  const prefix = `kubectl-zonewise-v${version}-linux-`;
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const archives = names.filter(name => name.startsWith(prefix) && name.endsWith('.tar.gz')).sort();
  if (archives.length === 0)
    throw new Error(`${folder} holds no ${prefix}*.tar.gz; run npm run build:executable first, which writes them`);
  return archives.map(name => ({
    name,
    architecture: name.slice(prefix.length, -'.tar.gz'.length),
    sha256: createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex'),
  }));
}

if (import.meta.main) {
  try {
    main();
  } catch (error) {
    process.stderr.write(`krew-manifest: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}
