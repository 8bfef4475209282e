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

export type Query = (cluster: RawCluster, settings: Settings) => Promise<Answer>;

/** Starts the binary. */
export async function startOracle(binary: string): Promise<{ query: Query; hello: string; stop: () => void }> {
  const child = new Child(binary);
  const hello = await child.line();
  return {
    hello,
    query: async (cluster, settings) => (await child.query({ ...cluster, settings })) as Answer,
    stop: () => child.stop(),
  };
}
