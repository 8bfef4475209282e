import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAuthority } from '../test/e2e/certificates.ts';
import { freePorts } from '../test/e2e/ports.ts';
import { imageFlags } from '../test/scale/image-flags.ts';
import { findPinning } from './machine.ts';
import { FILLED_NAMESPACE, reviewBody } from './reviews.ts';
import type { Server, ServerOrder, SubjectId } from './server.ts';
import { startServer } from './server.ts';
import type { ClusterSize } from './topology.ts';
import { BIG_CLUSTER, DAEMON, otherServices } from './topology.ts';

/** The inputs that all servers of a run share. */
export interface Site {
  /** Temporary; holds certificates, topologies and logs. */
  readonly folder: string;
  /** PEM. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly config: string;
  readonly core: number | undefined;
}

const CONFIG = `apiVersion: zonewise.dev/v1alpha1
kind: Config
defaults:
  - match: { namespaces: ["${FILLED_NAMESPACE}"] }
    set: { trafficDistribution: PreferSameZone }
`;

const ECHO = fileURLToPath(new URL('./echo.ts', import.meta.url));
const MANIFEST = fileURLToPath(new URL('../charts/zonewise.yaml', import.meta.url));
export const ZONEWISE = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export function prepareSite(folder: string): Site {
  const authority = createAuthority('zonewise bench');
  const pair = authority.issue('bench', ['127.0.0.1']);
  const paths = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key'), config: join(folder, 'zonewise.yaml') };
  writeFileSync(paths.cert, pair.cert);
  writeFileSync(paths.key, pair.key, { mode: 0o600 });
  writeFileSync(paths.config, CONFIG);
  return { folder, ca: authority.cert, ...paths, core: findPinning()?.server };
}

/** The settings that differ from server to server. */
export interface Subject {
  readonly id: SubjectId;
  readonly command: (port: number) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cluster?: ClusterSize;
  /** Its path, by default /validate or /mutate. */
  readonly path?: (webhook: string) => string;
}

export async function startSubject(
  { id, command, env = {}, cluster = BIG_CLUSTER, path }: Subject,
  site: Site,
): Promise<Server> {
  const [port = 0] = await freePorts(1);
  const order: ServerOrder = {
    id,
    command: command(port),
    env,
    log: join(site.folder, `${id}.log`),
    core: site.core,
    target: webhook => ({ port, path: path?.(webhook) ?? `/${webhook}?timeout=10s`, ca: site.ca }),
    services: otherServices(cluster),
    probe: reviewBody({ name: DAEMON, scenario: 'static', operation: 'CREATE' }),
  };
  return startServer(order);
}

/** The baseline: bare, or with a log line and metrics. */
export function echo(id: 'echo' | 'logging-echo', { cert, key }: Site): Subject {
  const kind = id === 'echo' ? 'bare' : 'logging';
  return { id, command: port => [process.execPath, ECHO, String(port), cert, key, kind] };
}

interface ServeOptions {
  /** The source of the topology: a flag of `zonewise serve` and its value. */
  readonly source: readonly ['--topology' | '--kubeconfig', string];
  readonly cluster?: ClusterSize;
  /** Flags for Node besides those of the image. */
  readonly nodeFlags?: readonly string[];
}

/** The product as its image and chart run it, except for the source of its topology. */
export async function zonewise(id: SubjectId, options: ServeOptions, site: Site): Promise<Subject> {
  const { source, cluster = BIG_CLUSTER, nodeFlags = [] } = options;
  const [opsPort = 0] = await freePorts(1);
  const files = [...source, '--tls-cert', site.cert, '--tls-key', site.key, '--config', site.config];
  const command = (port: number) => [
    ...[process.execPath, ...imageFlags(), ...nodeFlags, ZONEWISE, 'serve', ...files],
    ...['--port', String(port), '--ops-port', String(opsPort)],
  ];
  return { id, command, env: { NODE_OPTIONS: `--max-old-space-size=${chartHeapMiB()}` }, cluster };
}

/** The heap limit that the chart's default memory limit leads to. */
export function chartHeapMiB(): number {
  return Number(/--max-old-space-size=(\d+)/.exec(readFileSync(MANIFEST, 'utf8'))?.[1]);
}
