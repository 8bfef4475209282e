import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { announceSkipped, findAssets } from './assets.ts';
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './control-plane.ts';

export interface Suite {
  /** Name of the suite in the message that it is skipped. */
  readonly what: string;
  readonly title: string;
  readonly plane?: ControlPlaneOptions;
}

/**
 * Cases that share one control plane. Skipped with a visible message without the tools; keeps the logs if a case fails.
 */
export async function controlPlaneSuite(
  { what, title, plane: options }: Suite,
  cases: (plane: () => ControlPlane) => void,
): Promise<void> {
  const found = await findAssets(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl']);
  if (found.kind === 'missing') announceSkipped(what, found.why);

  describe.skipIf(found.kind === 'missing')(title, () => {
    let running: ControlPlane | undefined;
    let failures = 0;

    beforeAll(async () => {
      if (found.kind === 'ready') running = await startControlPlane(found.assets, options);
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

    cases(() => {
      if (running === undefined) throw new Error('the control plane is not up');
      return running;
    });
  });
}
