import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RULES } from '../../src/rules/index.ts';
import type { ControlPlane } from '../e2e/control-plane.ts';
import { freePorts } from '../e2e/ports.ts';
import { eventually } from '../e2e/waiting.ts';
import { imageFlags } from './image-flags.ts';
import { type LogLine, type MeasuredProcess, startMeasured } from './measured-process.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HOST = '127.0.0.1';
export const RESOURCES = ['nodes', 'services', 'endpointslices', 'namespaces'] as const;

/** `zonewise serve` with a live cluster, run as in the image and measured. */
export interface Serving extends MeasuredProcess {
  readonly url: string;
  /** From the first line of code to a first `ok` of /readyz, in milliseconds. */
  readonly readyAfterMs: number;
  /** When the API server first answered it, in milliseconds since the epoch. */
  readonly answeredAt: () => Promise<number>;
  /**
   * Waits for the first log line with this message after `since` and returns its time; both in milliseconds since the
   * epoch.
   */
  readonly logged: (message: string, since?: number) => Promise<number>;
  /** By resource; 0 if the metric has no value yet. */
  readonly metric: (name: string) => Promise<Readonly<Record<string, number>>>;
}

export async function startServing(plane: ControlPlane, kubeconfig: string): Promise<Serving> {
  const [port = 0, opsPort = 0] = await freePorts(2);
  const folder = await mkdtemp(join(plane.folder, 'serve-'));
  const path = (name: string) => join(folder, name);
  const { cert, key } = plane.authority.issue('zonewise', [HOST]);
  await writeFile(path('tls.crt'), cert);
  await writeFile(path('tls.key'), key, { mode: 0o600 });
  await writeFile(path('config.yaml'), CONFIG);
  const args = [...imageFlags(), join(ROOT, 'dist/main.js'), 'serve', '--kubeconfig', kubeconfig];
  args.push('--port', String(port), '--ops-port', String(opsPort), '--config', path('config.yaml'));
  args.push('--tls-cert', path('tls.crt'), '--tls-key', path('tls.key'));
  const begin = performance.now();
  const measured = startMeasured(args, 'working');
  const ops = `http://${HOST}:${opsPort}`;
  await eventually('zonewise serve to be ready', async () => (await fetch(`${ops}/readyz`)).ok, { everyMs: 20 });
  return {
    ...measured,
    url: `https://${HOST}:${port}`,
    readyAfterMs: performance.now() - begin,
    answeredAt: async () => (await eventually('an answer', async () => measured.marks.get('answered'))) ?? 0,
    logged: (message, since = 0) => loggedAt(measured.log, message, since),
    metric: async name => byResource(await (await fetch(`${ops}/metrics`)).text(), name),
  };
}

/** All rules at warn, so that every finding is part of the answer. */
export const CONFIG = JSON.stringify({
  apiVersion: 'zonewise.dev/v1alpha1',
  kind: 'Config',
  rules: Object.fromEntries(RULES.map(({ id }) => [id, 'warn'])),
});

async function loggedAt(log: readonly LogLine[], message: string, since: number): Promise<number> {
  const at = ({ time = '' }: LogLine) => Date.parse(time);
  const find = async () => log.find(line => line.msg === message && at(line) >= since);
  const line = await eventually(`the log line "${message}"`, find);
  return line ? at(line) : Number.NaN;
}

function byResource(text: string, name: string): Readonly<Record<string, number>> {
  const found = text.matchAll(new RegExp(`^zonewise_${name}\\{resource="(\\w+)"\\} (\\S+)$`, 'gm'));
  const known = new Map([...found].map(([, resource = '', value]) => [resource, Number(value)]));
  return Object.fromEntries(RESOURCES.map(resource => [resource, known.get(resource) ?? 0]));
}
