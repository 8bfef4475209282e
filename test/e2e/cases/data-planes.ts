import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Lab } from '../environment.ts';
import { eventually } from '../waiting.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const execute = promisify(execFile);
const SYSTEM = 'kube-system';
const CILIUM = 'cilium@1.18.4,service-topology=true';
const LABELS = { 'k8s-app': 'cilium' };

const CONFIG_MAP = {
  metadata: { name: 'cilium-config' },
  data: { 'kube-proxy-replacement': 'true', 'enable-service-topology': 'true' },
};

const DAEMON_SET = {
  metadata: { name: 'cilium', labels: LABELS },
  spec: {
    selector: { matchLabels: LABELS },
    template: {
      metadata: { labels: LABELS },
      spec: { containers: [{ name: 'cilium-agent', image: 'quay.io/cilium/cilium:v1.18.4' }] },
    },
  },
};

const SERVICE = `
metadata: { name: by-cilium, namespace: shop }
spec: { selector: { app: spread }, ports: [{ port: 80 }], trafficDistribution: PreferSameZone }`;

/** These change the data plane of the whole cluster, so they come last. */
export function dataPlaneCases(lab: () => Lab): void {
  const zonewise = async (...args: readonly string[]): Promise<string> => {
    const kubeconfig = join(lab().plane.folder, 'zonewise.kubeconfig');
    const flags = ['--live', '--kubeconfig', kubeconfig, '--fail-on', 'never'];
    const own = args[0] === 'explain' ? flags.slice(0, 3) : flags;
    return (await execute(process.execPath, [MAIN, ...args, ...own], { cwd: lab().plane.folder })).stdout;
  };

  describe('the data plane of a real cluster', () => {
    test('is assumed as long as no object shows it', async () => {
      expect(await zonewise('audit')).toMatch(/^data plane: kube-proxy \(assumed\): no object shows it/m);
    });

    test('is recognised by its DaemonSet and ConfigMap, in the webhook and in every command', async () => {
      const { plane, webhook, apply } = lab();
      await plane.api.post(`/api/v1/namespaces/${SYSTEM}/configmaps`, CONFIG_MAP);
      await plane.api.post(`/apis/apps/v1/namespaces/${SYSTEM}/daemonsets`, DAEMON_SET);
      await webhook.stop();
      await webhook.start();
      const seen = await apply(SERVICE);
      expect(seen.warnings.join()).toContain('Cilium ignores trafficDistribution PreferSameZone: 1.18 does not know');
      const hasDataPlane = (log: string): boolean => log.includes(`"dataPlane":"${CILIUM}"`);
      await eventually('the data plane in the log line', () => webhook.tail(80), {
        enough: hasDataPlane,
        timeoutMs: 10_000,
      });
      expect(await zonewise('audit')).toContain(`data plane: ${CILIUM} (DaemonSet kube-system/cilium (image 1.18.4)`);
      const { dataPlanes } = JSON.parse(await zonewise('explain', 'shop/by-cilium', '-o', 'json'));
      expect(dataPlanes).toMatchObject({
        certainty: 'known',
        stated: false,
        candidates: [[{ kind: 'cilium', version: { major: 1, minor: 18, patch: 4 }, serviceTopology: true }]],
      });
    });
  });
}
