import { afterAll, beforeAll, describe } from 'vitest';
import { announceSkipped, findAssets } from '../e2e/assets.ts';
import { type RunningPrometheus, type ServerOptions, startPrometheus } from './server.ts';

/** Cases that share one Prometheus server. Skipped with a visible message without Go and without the program. */
export async function prometheusSuite(
  title: string,
  options: () => ServerOptions | Promise<ServerOptions>,
  cases: (server: () => RunningPrometheus) => void,
): Promise<void> {
  const found = await findAssets(['prometheus']);
  if (found.kind === 'missing') announceSkipped('test:prometheus, a real Prometheus server', found.why);

  describe.skipIf(found.kind === 'missing')(title, () => {
    let running: RunningPrometheus | undefined;

    beforeAll(async () => {
      if (found.kind === 'ready') running = await startPrometheus(found.assets, await options());
    });

    afterAll(async () => {
      await running?.stop();
    });

    cases(() => {
      if (running === undefined) throw new Error('Prometheus is not up');
      return running;
    });
  });
}
