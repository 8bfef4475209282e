import type { RawCluster } from '../upstream/generate/objects.ts';
import { Child } from '../upstream/oracle.ts';
import type { Settings } from './settings.ts';

/** One address and port that an agent serves. */
export interface Frontend {
  readonly service: string;
  readonly kind: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: string;
  /** Only for clients inside the cluster. */
  readonly internal: boolean;
  /** Endpoints that get new connections. */
  readonly endpoints: readonly string[];
}

export interface Answer {
  readonly error?: string;
  readonly nodes: Readonly<Record<string, readonly Frontend[]>>;
}

export type Ask = (cluster: RawCluster, settings: Settings) => Promise<Answer>;

/** Starts the binary. */
export async function startOracle(binary: string): Promise<{ ask: Ask; hello: string; stop: () => void }> {
  const child = new Child(binary);
  const hello = await child.line();
  return {
    hello,
    ask: async (cluster, settings) => (await child.ask({ ...cluster, settings })) as Answer,
    stop: () => child.stop(),
  };
}
