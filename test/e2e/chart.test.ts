// One file on purpose: every file would start its own control plane. The cases build on each other, in this order.
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { findHelm } from '../chart/helm.ts';
import { announceSkipped, findAssets } from './assets.ts';
import { acceptanceCases } from './chart/acceptance.ts';
import { type ChartEnvironment, startChartEnvironment } from './chart/environment.ts';
import { gitopsCases } from './chart/gitops.ts';
import { ociCases } from './chart/oci.ts';
import { type PackagedChart, publishChart } from './chart/packaged.ts';
import { permissionCases } from './chart/permissions.ts';
import { releaseCases, removalCases } from './chart/releases.ts';
import { trafficCases } from './chart/traffic.ts';

const found = await findAssets(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl', 'registry']);
const helm = found.kind === 'ready' ? await findHelm({ build: true }) : found;
if (helm.kind === 'missing') announceSkipped('the Helm chart in a real API server (test/e2e/chart.test.ts)', helm.why);

describe.skipIf(helm.kind === 'missing')('the chart in a real API server', () => {
  let running: ChartEnvironment | undefined;
  let packaged: PackagedChart | undefined;
  let failures = 0;
  const lab = (): ChartEnvironment => {
    if (running === undefined) throw new Error('the control plane is not up');
    return running;
  };

  const chart = (): PackagedChart => {
    if (packaged === undefined) throw new Error('the chart is not published');
    return packaged;
  };

  beforeAll(async () => {
    if (found.kind === 'ready' && helm.kind === 'ready' && 'path' in helm) {
      packaged = await publishChart(found.assets, helm.path);
      running = await startChartEnvironment(found.assets, helm.path);
    }
  });

  beforeEach(context => {
    context.onTestFailed(() => {
      failures += 1;
    });
  });

  afterAll(async () => {
    await packaged?.stop();
    if (running === undefined) return;
    if (failures > 0) process.stderr.write(`logs of the failed run stay in ${running.plane.folder}\n`);
    await running.stop(failures > 0);
  });

  ociCases(chart);
  gitopsCases(lab);
  acceptanceCases(lab);
  releaseCases(lab, chart);
  trafficCases(lab);
  permissionCases(lab);
  removalCases(lab);
});
