import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import type { ReportKind } from '../../src/controller/reports/report-kind.ts';
import type { ApiClient } from './api-client.ts';
import { eventually } from './waiting.ts';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** A CustomResourceDefinition in a pinned Go module, both under Apache-2.0. */
const SOURCES = {
  Report: {
    module: 'github.com/openreports/reports-api@v0.2.1',
    sum: 'h1:g9KS3yle9Y1elmww4TK9EkD1rl6inIaiIJPX6e+u680=',
    file: 'config/crd/openreports.io_reports.yaml',
  },
  // The module of sigs.k8s.io/wg-policy-prototypes is not on every proxy; Kyverno ships its definitions.
  PolicyReport: {
    module: 'github.com/kyverno/kyverno@v1.19.1',
    sum: 'h1:/MkgFii3/VlQfKR1JpC9tVwNNVNQTt2S4U6qCsafsTU=',
    file: 'config/crds/policyreport/wgpolicyk8s.io_policyreports.yaml',
  },
} as const satisfies Readonly<Record<ReportKind, DefinitionSource>>;

export interface DefinitionSource {
  /** With its version. */
  readonly module: string;
  /** Checksum of the module, as in a go.sum. */
  readonly sum: string;
  readonly file: string;
}

/** Installs the CustomResourceDefinition of a kind of report and waits until the API server serves it. */
export function installDefinition(api: ApiClient, kind: ReportKind): Promise<void> {
  return installDefinitionFrom(api, SOURCES[kind]);
}

export async function installDefinitionFrom(api: ApiClient, { module, sum, file }: DefinitionSource): Promise<void> {
  // Outside of any module, so that no go.mod is read or written.
  const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', module], {
    cwd: tmpdir(),
    env: { ...process.env, GOWORK: 'off', GOFLAGS: '-mod=mod' },
  });
  const downloaded = JSON.parse(stdout) as { readonly Dir: string; readonly Sum: string };
  if (downloaded.Sum !== sum) throw new Error(`${module} has the checksum ${downloaded.Sum}; expected ${sum}`);
  const definition = parse(await readFile(join(downloaded.Dir, file), 'utf8')) as { metadata: { name: string } };
  await api.post(DEFINITIONS, definition);
  await eventually(
    `${definition.metadata.name} to be served`,
    () => api.get(`${DEFINITIONS}/${definition.metadata.name}`),
    {
      enough: isEstablished,
    },
  );
}

function isEstablished(definition: unknown): boolean {
  const { status } = definition as { status?: { conditions?: { type: string; status: string }[] } };
  return status?.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True') ?? false;
}
