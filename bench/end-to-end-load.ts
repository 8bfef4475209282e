import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'undici';
import type { ControlPlane } from '../test/e2e/control-plane.ts';
import { eventually } from '../test/e2e/waiting.ts';
import type { Way } from './end-to-end-ways.ts';
import { WAYS, wayNamespace } from './end-to-end-ways.ts';
import type { Result } from './result.ts';
import { percentile, spreadOf } from './statistics.ts';

type Row = NonNullable<Result['endToEnd']>['rows'][number];
type Operation = 'CREATE' | 'UPDATE';

interface Answer {
  readonly ms: number;
  readonly warnings: number;
}

type SendReview = (way: Way) => Promise<Answer>;

const BLOCKS = 5;
const WARM_UP = 50;

/** Sends one request of each way in turn, so that all meet the same API server. One client, one connection. */
export async function measureWays(plane: ControlPlane, requests: number): Promise<readonly Row[]> {
  const client = new Client(plane.url, { connect: { ca: plane.authority.cert } });
  try {
    const rows: Row[] = [];
    for (const operation of ['CREATE', 'UPDATE'] as const) {
      const send = await senderFor(client, plane, operation);
      await warmUp(send);
      rows.push(...(await measureOperation(send, operation, requests)));
    }
    return rows;
  } finally {
    await client.close();
  }
}

/** Waits until the API server has seen the new policy and webhooks. */
async function warmUp(send: SendReview): Promise<void> {
  for (const way of ['policy', 'zonewise'] as const) {
    await eventually(`a warning of ${way}`, () => send(way), { enough: ({ warnings }) => warnings === 1 });
  }
  for (let i = 0; i < WARM_UP; i++) for (const way of WAYS) await send(way);
}

async function measureOperation(send: SendReview, operation: Operation, requests: number): Promise<readonly Row[]> {
  const blocks: Map<Way, Answer[]>[] = [];
  for (let block = 0; block < BLOCKS; block++) {
    const answers = new Map<Way, Answer[]>(WAYS.map(way => [way, []]));
    for (let i = 0; i < requests / BLOCKS; i++) for (const way of WAYS) answers.get(way)?.push(await send(way));
    blocks.push(answers);
  }
  const of = (way: Way, share: number) =>
    blocks.map(block => {
      const times = (block.get(way) ?? []).map(answer => answer.ms);
      return percentile(
        times.toSorted((a, b) => a - b),
        share,
      );
    });
  const base = of('nothing', 0.5);
  return WAYS.map(way => ({
    operation,
    by: way,
    warnings: Math.max(...(blocks[0]?.get(way) ?? []).map(answer => answer.warnings)),
    p50Ms: spreadOf(of(way, 0.5)),
    p99Ms: spreadOf(of(way, 0.99)),
    addedMs: spreadOf(of(way, 0.5).map((median, block) => median - (base[block] ?? Number.NaN))),
  }));
}

/** Dry runs of a Service with the finding of the static check; an UPDATE is a PUT of the existing one. */
async function senderFor(client: Client, { api, folder }: ControlPlane, operation: Operation): Promise<SendReview> {
  const traffic = { internalTrafficPolicy: 'Local', trafficDistribution: 'PreferSameZone' };
  const bodies = new Map<Way, string>();
  for (const way of WAYS) {
    const existing = (await api.get(`/api/v1/namespaces/${wayNamespace(way)}/services/agent`)) as { spec: object };
    const fresh = {
      metadata: { name: 'fresh' },
      spec: { selector: { app: 'agent' }, ports: [{ port: 80 }], ...traffic },
    };
    const changed = { ...existing, spec: { ...existing.spec, ...traffic } };
    bodies.set(way, JSON.stringify(operation === 'CREATE' ? fresh : changed));
  }
  const method = operation === 'CREATE' ? 'POST' : 'PUT';
  const headers = { authorization: `Bearer ${tokenOf(folder)}`, 'content-type': 'application/json' };
  return async way => {
    const services = `/api/v1/namespaces/${wayNamespace(way)}/services${operation === 'CREATE' ? '' : '/agent'}`;
    const began = performance.now();
    const answer = await client.request({
      method,
      path: `${services}?dryRun=All`,
      headers,
      body: bodies.get(way) ?? '',
    });
    const text = await answer.body.text();
    const ms = performance.now() - began;
    if (answer.statusCode >= 300) throw new Error(`${operation} by way of ${way}: ${answer.statusCode} ${text}`);
    const { warning = [] } = answer.headers;
    return { ms, warnings: [warning].flat().length };
  };
}

/** The administrator's, from the kubeconfig that the control plane writes. */
function tokenOf(folder: string): string {
  const kubeconfig = JSON.parse(readFileSync(join(folder, 'admin.kubeconfig'), 'utf8'));
  return kubeconfig.users[0].user.token;
}
