import { expect, onTestFinished, test, vi } from 'vitest';
import { controller } from '../../src/cli/controller.ts';
import { installNamespace } from '../../src/controller/leader/namespace.ts';
import { file, run } from '../cli/terminal.ts';

function environment(name: string, value: string | undefined): void {
  vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

test('outside a Pod it requires an explicit cluster', async () => {
  environment('KUBERNETES_SERVICE_HOST', undefined);
  await expect(run(controller, [])).rejects.toThrow('outside a Pod --kubeconfig must say which cluster to work on');
});

test.each([
  [['extra'], 'controller takes no argument "extra"'],
  [['--ops-port', '99999'], '--ops-port "99999" is not a port; expected 0 to 65535'],
  [['--kubeconfig', 'nowhere'], 'kubeconfig nowhere does not exist'],
])('%s is rejected: %s', async (args, message) => {
  await expect(run(controller, args)).rejects.toThrow(message);
});

test('the namespace is from the chart, else from the Pod’s service account, else zonewise', () => {
  const mounted = file('platform\n', 'namespace');
  environment('POD_NAMESPACE', 'told');
  expect(installNamespace(mounted)).toBe('told');
  environment('POD_NAMESPACE', undefined);
  expect(installNamespace(mounted)).toBe('platform');
  expect(installNamespace(`${mounted}-is-not-there`)).toBe('zonewise');
});
