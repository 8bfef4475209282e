// One file on purpose: every file would start its own control plane.
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { findHelm } from '../chart/helm.ts';
import { announceSkipped, findAssets } from './assets.ts';
import { autoscalerCases } from './workloads/autoscaler.ts';
import { changeCases } from './workloads/changes.ts';
import { denialCases } from './workloads/denials.ts';
import { startWorkloadsEnvironment, type WorkloadsEnvironment } from './workloads/environment.ts';
import { nodeCases } from './workloads/nodes.ts';
import { offCases, unavailableCases } from './workloads/switches.ts';

const found = await findAssets(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl']);
const helm = found.kind === 'ready' ? await findHelm({ build: true }) : found;
if (helm.kind === 'missing')
  announceSkipped('reviews of workloads by a real API server (test/e2e/workloads.test.ts)', helm.why);

describe.skipIf(helm.kind === 'missing')('reviews of workloads in a real API server', () => {
  let running: WorkloadsEnvironment | undefined;
  let failures = 0;
  const lab = (): WorkloadsEnvironment => {
    if (running === undefined) throw new Error('the control plane is not up');
    return running;
  };

  beforeAll(async () => {
    if (found.kind === 'ready' && helm.kind === 'ready' && 'path' in helm)
      running = await startWorkloadsEnvironment(found.assets, helm.path);
  });

  beforeEach(context => {
    context.onTestFailed(() => {
      failures += 1;
    });
  });

  afterAll(async () => {
    if (running === undefined) return;
    if (failures > 0) process.stderr.write(`logs of the failed run stay in ${running.plane.folder}\n`);
    await running.stop(failures > 0);
  });

  offCases(lab);
  changeCases(lab);
  nodeCases(lab);
  denialCases(lab);
  autoscalerCases(lab);
  unavailableCases(lab);
});
