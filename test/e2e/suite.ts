import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { announceSkipped, findAssets } from './assets.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';

export interface Suite {
  /** What is skipped where the tools are missing. */
  readonly what: string;
  readonly title: string;
}

/** Stories that share one control plane of their own. Skipped loudly without the tools; logs are kept where one fails. */
export async function controlPlaneSuite(
  { what, title }: Suite,
  stories: (plane: () => ControlPlane) => void,
): Promise<void> {
  const found = await findAssets(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl']);
  if (found.kind === 'missing') announceSkipped(what, found.why);

  describe.skipIf(found.kind === 'missing')(title, () => {
    let running: ControlPlane | undefined;
    let failures = 0;

    beforeAll(async () => {
      if (found.kind === 'ready') running = await startControlPlane(found.assets);
    });

    beforeEach(context => {
      context.onTestFailed(() => {
        failures += 1;
      });
    });

    afterAll(async () => {
      if (running && failures > 0) process.stderr.write(`logs of the failed run stay in ${running.folder}\n`);
      await running?.stop(failures > 0);
    });

    stories(() => {
      if (running === undefined) throw new Error('the control plane is not up');
      return running;
    });
  });
}
