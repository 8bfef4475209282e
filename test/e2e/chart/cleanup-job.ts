import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../waiting.ts';
import type { ChartEnvironment } from './environment.ts';
import { NAMESPACE } from './release.ts';

const JOB = `/apis/batch/v1/namespaces/${NAMESPACE}/jobs/zonewise-cleanup`;

interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

interface Job {
  readonly spec: {
    readonly template: {
      readonly spec: { readonly containers: readonly Container[]; readonly serviceAccountName: string };
    };
  };
}

/** Waits for the hook's Job, runs its container here with a token of its account, and marks the Job complete. */
export async function runCleanupJob({ plane }: ChartEnvironment): Promise<{ readonly stdout: string }> {
  const { spec } = (await eventually('the Job', () => plane.api.get(JOB))) as Job;
  const { containers, serviceAccountName } = spec.template.spec;
  const [container] = containers;
  if (!container) throw new RangeError('the Job has no container');
  const folder = join(plane.folder, 'cleanup-account');
  await mkdir(folder);
  const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${serviceAccountName}/token`;
  const issued = (await plane.api.post(path, { spec: { expirationSeconds: 600 } })) as { status: { token: string } };
  await writeFile(join(folder, 'token'), issued.status.token, { mode: 0o600 });
  await writeFile(join(folder, 'ca.crt'), plane.authority.cert);
  const { hostname, port } = new URL(plane.url);
  const env = {
    ...Object.fromEntries(container.env.map(({ name, value }) => [name, value])),
    KUBERNETES_SERVICE_HOST: hostname,
    KUBERNETES_SERVICE_PORT: port,
    ACCOUNT_FOLDER: folder,
  };
  // The image's Node has another path.
  const ran = await promisify(execFile)(process.execPath, [...container.command.slice(1), ...container.args], { env });
  await complete(plane.api);
  return ran;
}

async function complete(api: ChartEnvironment['plane']['api']): Promise<void> {
  const now = new Date().toISOString().replace(/\.\d+/, '');
  const condition = { status: 'True', lastProbeTime: now, lastTransitionTime: now, reason: 'CompletionsReached' };
  const conditions = ['SuccessCriteriaMet', 'Complete'].map(type => ({ type, ...condition }));
  const counts = { succeeded: 1, uncountedTerminatedPods: {} };
  await api.patch(`${JOB}/status`, { status: { ...counts, startTime: now, completionTime: now, conditions } });
}
