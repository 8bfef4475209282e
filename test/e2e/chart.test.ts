// One file on purpose: every file would start its own control plane. The cases build on each other, in this order.
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { findHelm } from '../chart/helm.ts';
import { announceSkipped, findAssets } from './assets.ts';
import { acceptanceCases } from './chart/acceptance.ts';
import { type ChartEnvironment, startChartEnvironment } from './chart/environment.ts';
import { permissionCases } from './chart/permissions.ts';
import { releaseCases, removalCases } from './chart/releases.ts';
import { trafficCases } from './chart/traffic.ts';

const found = await findAssets(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl']);
const helm = found.kind === 'ready' ? await findHelm({ build: true }) : found;
if (helm.kind === 'missing') announceSkipped('the Helm chart in a real API server (test/e2e/chart.test.ts)', helm.why);

describe.skipIf(helm.kind === 'missing')('the chart in a real API server', () => {
  let running: ChartEnvironment | undefined;
  let failures = 0;
  const lab = (): ChartEnvironment => {
    if (running === undefined) throw new Error('the control plane is not up');
    return running;
  };

  beforeAll(async () => {
    if (found.kind === 'ready' && helm.kind === 'ready' && 'path' in helm) {
      running = await startChartEnvironment(found.assets, helm.path);
    }
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

  acceptanceCases(lab);
  releaseCases(lab);
  trafficCases(lab);
  permissionCases(lab);
  removalCases(lab);
});
