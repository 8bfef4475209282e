import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { APPS, type Lab } from '../environment.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const execute = promisify(execFile);

interface Patch {
  readonly type: string;
  readonly patch: object;
}

interface AdvisedService {
  readonly advice: string;
  readonly patch: Patch | null;
  readonly workload: { readonly kind: string; readonly name: string; readonly patches: readonly Patch[] } | null;
}

/** A Service and the workload of its Pods. No controller runs them: the Pods are those of the lab. */
const service = (app: string) => `
metadata: { name: advised-${app}, namespace: shop }
spec: { selector: { app: ${app} }, ports: [{ port: 80 }] }`;

const deployment = (app: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${app}, namespace: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: ${app} } }
  template:
    metadata: { labels: { app: ${app} } }
    spec: { containers: [{ name: web, image: registry.example.com/web }] }`;

export function adviceCases(lab: () => Lab): void {
  const advise = async (app: string, ...flags: readonly string[]): Promise<AdvisedService> => {
    const args = ['advise', `shop/advised-${app}`, '--config', 'config.yaml', '-o', 'json', ...flags];
    const { stdout } = await execute(process.execPath, [MAIN, ...args], { cwd: lab().plane.folder });
    return JSON.parse(stdout).services[0];
  };
  const adviceFor = async (app: string, ...flags: readonly string[]): Promise<AdvisedService> => {
    const seen = await lab().kubectl(['get', 'nodes,services,endpointslices,deployments,hpa', '-A', '-o', 'json']);
    await writeFile(join(lab().plane.folder, 'advised.json'), seen.stdout);
    return advise(app, '--topology', 'advised.json', ...flags);
  };
  const patch = (object: string, { type, patch: body }: Patch, ...flags: readonly string[]) =>
    lab().kubectl(['patch', object, '-n', 'shop', `--type=${type}`, '-p', JSON.stringify(body), ...flags]);

  const create = async (app: keyof typeof APPS): Promise<void> => {
    expect(await lab().apply(service(app))).toMatchObject({ code: 0 });
    expect(await lab().kubectl(['apply', '-f', '-'], deployment(app))).toMatchObject({ code: 0 });
    await lab().cluster.endpointsOn({ namespace: 'shop', name: `advised-${app}` }, APPS[app]);
  };
  const remove = (app: string) =>
    lab().kubectl(['delete', `deployment/${app}`, `service/advised-${app}`, '-n', 'shop']);

  describe('advice', () => {
    test('is a patch that the API server accepts, and is kept once it is applied', async () => {
      await create('spread');
      const before = await adviceFor('spread');
      expect(before).toMatchObject({
        advice: 'change',
        patch: { patch: { spec: { trafficDistribution: 'PreferSameZone' } } },
      });
      const live = await advise('spread', '--live', '--kubeconfig', 'admin.kubeconfig');
      expect([live.advice, live.patch]).toEqual([before.advice, before.patch]);
      if (!before.patch) throw new Error('a change without a patch');
      expect(await patch('service/advised-spread', before.patch)).toMatchObject({ code: 0, rules: [] });
      expect((await adviceFor('spread')).advice).toBe('keep');
      expect(await remove('spread')).toMatchObject({ code: 0 });
    });

    test('for the workload is a patch that the API server accepts', async () => {
      await create('web');
      const { workload } = await adviceFor('web', '--max-load', '1.4');
      expect(workload).toMatchObject({ kind: 'Deployment', name: 'web' });
      for (const each of workload?.patches ?? []) {
        const seen = await patch('deployment/web', each, '--dry-run=server', '-o', 'json');
        expect(seen).toMatchObject({ code: 0 });
        const [constraint] = JSON.parse(seen.stdout).spec.template.spec.topologySpreadConstraints;
        expect(constraint).toMatchObject({
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'DoNotSchedule',
        });
      }
      expect(await remove('web')).toMatchObject({ code: 0 });
    });
  });
}
