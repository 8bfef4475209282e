import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ApiClient } from '../../src/kube/client/api-client.ts';
import { Credentials } from '../../src/kube/client/credentials.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import type { Log } from '../../src/runtime/log.ts';
import { FakeCluster } from './fake-cluster.ts';

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zonewise-live-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function startCluster(): Promise<FakeCluster> {
  const cluster = new FakeCluster();
  await cluster.server.start();
  onTestFinished(() => cluster.server.stop());
  return cluster;
}

/** Writes a kubeconfig for a server, with further lines for the user (YAML flow). Returns its path. */
export function writeKubeconfig(url: string, user = '{}', cluster = 'insecure-skip-tls-verify: true'): string {
  const path = join(temporaryFolder(), 'kubeconfig');
  writeFileSync(
    path,
    `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "${url}", ${cluster}}}]
users: [{name: u, user: ${user}}]
contexts: [{name: ctx, context: {cluster: c, user: u}}]
current-context: ctx
`,
  );
  return path;
}

export function connectTo(url: string, clock: Clock, user?: string): ApiClient {
  const client = new ApiClient(new Credentials({ path: writeKubeconfig(url, user) }, clock));
  onTestFinished(() => client.close());
  return client;
}

export interface Logged {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function recordLog(): { log: Log; lines: Logged[] } {
  const lines: Logged[] = [];
  return { log: (level, message, fields) => lines.push({ level, message, fields }), lines };
}
