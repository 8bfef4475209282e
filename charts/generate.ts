import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { findHelm } from '../test/chart/helm.ts';
import { readmePage } from './readme-page.ts';
import { valuesSchema } from './values-schema.ts';

export const CHART = join(import.meta.dirname, 'zonewise');
export const MANIFEST = join(import.meta.dirname, 'zonewise.yaml');

/** Fixed for rendering: the default of Helm depends on how Helm was built. The chart requires no version. */
export const KUBERNETES = '1.37.1';

/** Generated files inside the chart, by path. */
export function renderChartFiles(): ReadonlyMap<string, string> {
  const values = readFileSync(join(CHART, 'values.yaml'), 'utf8');
  return new Map([
    [join(CHART, 'Chart.yaml'), withVersion(readFileSync(join(CHART, 'Chart.yaml'), 'utf8'))],
    [join(CHART, 'values.schema.json'), `${JSON.stringify(valuesSchema(), null, 2)}\n`],
    [join(CHART, 'README.md'), readmePage(values, packageJson.version)],
  ]);
}

/** Chart, program and image have one version, that of package.json. */
function withVersion(chart: string): string {
  const { version } = packageJson;
  return chart
    .replace(/^version: .*$/m, `version: ${version}`)
    .replace(/^appVersion: .*$/m, `appVersion: "${version}"`);
}

/**
 * Renders the plain manifest, for installation without Helm: default values, release and namespace `zonewise`, no
 * hooks.
 */
export function renderManifest(helm: string): string {
  const args = [
    'template',
    'zonewise',
    CHART,
    '--namespace',
    'zonewise',
    '--no-hooks',
    '--skip-tests',
    '--kube-version',
    KUBERNETES,
  ];
  const rendered = execFileSync(helm, args, { encoding: 'utf8' });
  // The formatting between documents depends on the version of Helm.
  const documents = rendered
    .split(/^---\n/m)
    .map(document => document.replace(/^# Source:.*\n/, '').trim())
    .filter(Boolean)
    // It is installed with kubectl.
    .map(document =>
      document.replaceAll('managed-by: Helm', 'managed-by: kubectl').replace(/^ +helm\.sh\/chart:.*\n/gm, ''),
    );
  return `${header()}\n---\n${[NAMESPACE, ...documents].join('\n---\n')}\n`;
}

const NAMESPACE = `apiVersion: v1
kind: Namespace
metadata:
  name: zonewise
  labels:
    pod-security.kubernetes.io/enforce: restricted`;

function header(): string {
  return `# zonewise with default values, rendered from charts/zonewise by \`npm run chart\`; do not edit.
# Replace registry.invalid by your registry, then: kubectl apply --server-side -f zonewise.yaml
# sources: ${digestOfSources()}`;
}

/** Digest of all sources of the manifest, so that a stale manifest is detected without Helm too. */
export function digestOfSources(): string {
  const hash = createHash('sha256');
  for (const path of ['Chart.yaml', 'values.yaml', ...templates()]) {
    hash.update(`${path}\0${readFileSync(join(CHART, path), 'utf8')}\0`);
  }
  return hash.digest('hex').slice(0, 16);
}

function templates(): readonly string[] {
  const found = readdirSync(join(CHART, 'templates'), { recursive: true, encoding: 'utf8' });
  return found
    .filter(path => /\.(yaml|tpl)$/.test(path))
    .map(path => join('templates', path))
    .sort();
}

async function main(): Promise<void> {
  for (const [path, text] of renderChartFiles()) writeFileSync(path, text);
  const helm = await findHelm({ build: true });
  if (helm.kind === 'missing') throw new Error(`charts/zonewise.yaml is left as it was: ${helm.why}`);
  writeFileSync(MANIFEST, renderManifest(helm.path));
}

if (import.meta.main) await main();
