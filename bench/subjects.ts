import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAuthority } from '../test/e2e/certificates.ts';
import { freePorts } from '../test/e2e/ports.ts';
import { imageFlags } from '../test/scale/image-flags.ts';
import { findPinning } from './machine.ts';
import { FILLED_NAMESPACE, reviewBody } from './reviews.ts';
import type { Server, ServerOrder, SubjectId } from './server.ts';
import { startServer } from './server.ts';
import { DAEMON } from './topology.ts';

/** What all servers of a run have in common. */
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

/** What differs from subject to subject. */
export interface Subject {
  readonly id: SubjectId;
  readonly command: (port: number) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where it has other paths than /validate and /mutate. */
  readonly path?: (webhook: string) => string;
}

export async function startSubject({ id, command, env = {}, path }: Subject, site: Site): Promise<Server> {
  const [port = 0] = await freePorts(1);
  const order: ServerOrder = {
    id,
    command: command(port),
    env,
    log: join(site.folder, `${id}.log`),
    core: site.core,
    target: webhook => ({ port, path: path?.(webhook) ?? `/${webhook}?timeout=10s`, ca: site.ca }),
    probe: reviewBody({ name: DAEMON, question: 'static', operation: 'CREATE' }),
  };
  return startServer(order);
}

/** What all else is compared with. */
export function echo({ cert, key }: Site): Subject {
  return { id: 'echo', command: port => [process.execPath, ECHO, String(port), cert, key] };
}

/** The product as its image runs it, judging by a file. */
export async function zonewise(id: SubjectId, topology: string, { cert, key, config }: Site): Promise<Subject> {
  const [opsPort = 0] = await freePorts(1);
  const files = ['--topology', topology, '--tls-cert', cert, '--tls-key', key, '--config', config];
  const command = (port: number) => [
    ...[process.execPath, ...imageFlags(), ZONEWISE, 'serve', ...files],
    ...['--port', String(port), '--ops-port', String(opsPort)],
  ];
  return { id, command };
}
