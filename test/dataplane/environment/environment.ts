import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Assets } from '../../e2e/assets.ts';
import type { Agent } from './agent-client.ts';
import { startAgent } from './agent-client.ts';
import type { ControlPlane } from './control-plane.ts';
import { startControlPlane } from './control-plane.ts';
import type { Place } from './network.ts';
import { createNetwork, namespaceOf } from './network.ts';
import { NODES, POD_PORTS } from './nodes.ts';

const JANITOR = fileURLToPath(new URL('./janitor.ts', import.meta.url));

/** A cluster of network namespaces with a real control plane; kube-proxies and controllers are started explicitly. */
export interface Lab {
  readonly controlPlane: ControlPlane;
  readonly folder: string;
  /** Throws a RangeError for a place without an agent. */
  agent(place: Place): Agent;
  /** Ends all processes and removes all namespaces and files of the environment. */
  stop(): Promise<void>;
}

export async function startLab(assets: Assets): Promise<Lab> {
  const prefix = `zw${randomBytes(3).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), `${prefix}-`));
  const stop = startJanitor(prefix, folder);
  try {
    await createNetwork(prefix);
    const agents = new Map<string, Agent>();
    const hire = (place: Place, ports: readonly number[]): unknown =>
      agents.set(place, startAgent(namespaceOf(prefix, place), ports));
    hire('fabric', []);
    for (const { name } of NODES) {
      hire(`host-${name}`, []);
      hire(`client-${name}`, []);
      hire(`pods-${name}`, POD_PORTS);
    }
    const controlPlane = await startControlPlane({ prefix, folder, assets });
    const agent = (place: Place): Agent => {
      const found = agents.get(place);
      if (!found) throw new RangeError(`no agent at ${place}`);
      return found;
    };
    return { controlPlane, folder, agent, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The janitor holds the other end of a pipe and runs in a separate session. It cleans up on request, and also when this
 * process is interrupted, killed or orphaned.
 */
function startJanitor(prefix: string, folder: string): () => Promise<void> {
  const janitor = spawn(process.execPath, [JANITOR, prefix, folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const done = new Promise<void>(resolve => janitor.once('exit', () => resolve()));
  // A test worker outlives its runner and keeps the pipe open.
  const orphaned = (): void => process.exit(1);
  process.once('disconnect', orphaned);
  return async () => {
    process.off('disconnect', orphaned);
    janitor.stdin.end();
    await done;
  };
}
