import { registerHooks } from 'node:module';

/** The generated clients of all API groups. KubeConfig needs them only for `makeApiClient`, which is unused here. */
export const GENERATED_CLIENTS_PATH = '/@kubernetes/client-node/dist/gen/index.js';
export const STUB_SOURCE = 'export const createConfiguration = undefined, ServerConfiguration = undefined;';

/**
 * Imports client-node's KubeConfig without the generated clients, which cost 0.3 s and 70 MiB. If a release moves them,
 * the whole package is loaded and works the same.
 */
export async function importKubeConfig() {
  const hooks = registerHooks({
    load: (url, context, next) =>
      url.endsWith(GENERATED_CLIENTS_PATH)
        ? { format: 'module', source: STUB_SOURCE, shortCircuit: true }
        : next(url, context),
  });
  try {
    return (await import('@kubernetes/client-node/dist/config.js')).KubeConfig;
  } finally {
    hooks.deregister();
  }
}
