import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHART } from '../../../charts/generate.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Assets } from '../assets.ts';
import { runChild } from '../children.ts';
import { freePorts } from '../ports.ts';
import { serviceProcess } from '../service-process.ts';

export interface PackagedChart {
  /** The archive as `helm package` wrote it. */
  readonly pushed: string;
  /** The archive as `helm pull` got it from the registry. */
  readonly pulled: string;
  /** `oci://…` without a version. */
  readonly url: string;
  /** Helm with its own home folder; rejects if it fails. */
  readonly helm: (...args: readonly string[]) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Packages the chart, pushes it to a registry on loopback and pulls it from there, as its users get it. */
export async function publishChart(assets: Assets, helmPath: string): Promise<PackagedChart> {
  const folder = await mkdtemp(join(tmpdir(), 'zonewise-chart-'));
  const [port = 0] = await freePorts(1);
  const address = `localhost:${port}`;
  const registry = serviceProcess({
    name: 'registry',
    command: assets.path('registry'),
    args: [`--port=${port}`],
    log: join(folder, 'registry.log'),
    isReady: async () => (await fetch(`http://${address}/v2/`)).ok,
  });
  await registry.start();
  const env = { PATH: process.env['PATH'], HOME: folder };
  const helm = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await runChild(helmPath, args, { env });
    if (code !== 0) throw new Error(`helm ${args.join(' ')}: ${stderr}${stdout}`);
    return stdout;
  };
  const archive = `zonewise-${packageJson.version}.tgz`;
  const url = `oci://${address}/charts/zonewise`;
  await mkdir(join(folder, 'pulled'));
  await helm('package', CHART, '--destination', folder);
  await helm('push', join(folder, archive), `oci://${address}/charts`, '--plain-http');
  const version = ['--version', packageJson.version];
  await helm('pull', url, ...version, '--plain-http', '--destination', join(folder, 'pulled'));
  return {
    pushed: join(folder, archive),
    pulled: join(folder, 'pulled', archive),
    url,
    helm,
    stop: async () => {
      await registry.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
