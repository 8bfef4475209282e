import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { announceSkipped, findAssets } from './assets.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { servingStories } from './stories/serving.ts';

const found = await findAssets(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl']);
if (found.kind === 'missing') announceSkipped('serving under load, against a real control plane', found.why);

describe.skipIf(found.kind === 'missing')('two replicas of zonewise serve behind one address', () => {
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

  servingStories(() => {
    if (running === undefined) throw new Error('the control plane is not up');
    return running;
  });
});
