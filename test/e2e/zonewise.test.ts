// One file on purpose: every file would start its own control plane.
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { announceSkipped, findAssets } from './assets.ts';
import { adviceCases } from './cases/advice.ts';
import { dataPlaneCases } from './cases/data-planes.ts';
import { defaultsCases } from './cases/defaults.ts';
import { exemptionCases } from './cases/exemptions.ts';
import { liveCases } from './cases/live.ts';
import { restartCases } from './cases/restarts.ts';
import { silenceCases } from './cases/silence.ts';
import { snapshotCases } from './cases/snapshot.ts';
import { warningCases } from './cases/warnings.ts';
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

  warningCases(lab);
  silenceCases(lab);
  exemptionCases(lab);
  waysIn(lab);
  defaultsCases(lab);
  liveCases(lab);
  restartCases(lab);
  snapshotCases(lab);
  adviceCases(lab);
  dataPlaneCases(lab);
});
