import { registerHooks } from 'node:module';

/** The clients of all API groups; KubeConfig imports them for `makeApiClient`, which nobody here calls. */
const GENERATED = '/@kubernetes/client-node/dist/gen/index.js';
const NOTHING = 'export const createConfiguration = undefined, ServerConfiguration = undefined;';

/**
 * client-node's KubeConfig without the generated clients, which would cost 0.3 s and 70 MiB. A release that keeps them
 * elsewhere is loaded in full and works just the same.
 */
export async function importKubeConfig() {
  const hooks = registerHooks({
    load: (url, context, next) =>
      url.endsWith(GENERATED) ? { format: 'module', source: NOTHING, shortCircuit: true } : next(url, context),
  });
  try {
    return (await import('@kubernetes/client-node/dist/config.js')).KubeConfig;
  } finally {
    hooks.deregister();
  }
}
