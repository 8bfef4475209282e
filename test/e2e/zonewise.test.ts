// One file on purpose: every file would start a control plane of its own.
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { announceSkipped, findAssets } from './assets.ts';
import { defaultsStories } from './cases/defaults.ts';
import { exemptionStories } from './cases/exemptions.ts';
import { liveStories } from './cases/live.ts';
import { restartStories } from './cases/restarts.ts';
import { silenceStories } from './cases/silence.ts';
import { snapshotStories } from './cases/snapshot.ts';
import { warningStories } from './cases/warnings.ts';
import { waysIn } from './cases/ways-in.ts';
import { type Lab, startLab } from './environment.ts';

const found = await findAssets(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl']);
if (found.kind === 'missing') announceSkipped('the real control plane suite (npm run test:e2e)', found.why);

describe.skipIf(found.kind === 'missing')('zonewise in front of a real API server', () => {
  let running: Lab | undefined;
  let failures = 0;
  const lab = (): Lab => {
    if (running === undefined) throw new Error('the control plane is not up');
    return running;
  };

  beforeAll(async () => {
    if (found.kind === 'ready') running = await startLab(found.assets);
  });

  beforeEach(context => {
    context.onTestFailed(() => {
      failures += 1;
    });
  });

  afterAll(async () => {
    if (running === undefined) return;
    if (failures > 0) {
      const logs = [await running.webhook.tail(80), await running.plane.tails()].join('\n---\n');
      process.stderr.write(`${logs}\nlogs of the failed run stay in ${running.plane.folder}\n`);
    }
    await running.stop(failures > 0);
  });

  warningStories(lab);
  silenceStories(lab);
  exemptionStories(lab);
  waysIn(lab);
  defaultsStories(lab);
  liveStories(lab);
  restartStories(lab);
  snapshotStories(lab);
});
