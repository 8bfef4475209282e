import { InputError } from '../../runtime/errors.ts';

/** What of a kubeconfig a person may name on the command line. */
export interface ContextFlags {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** The context in use and what kubectl would do with it. */
export interface KubeContext {
  readonly name: string;
  /** Where names without a namespace belong; `default` where the context says nothing. */
  readonly namespace: string;
  /** URL of the API server. */
  readonly server: string;
  /** All contexts of the kubeconfig. */
  readonly all: readonly string[];
}

/** Reads the kubeconfig as kubectl does; runs no credential plugin. Throws InputError where there is no such context. */
export async function readKubeContext({ kubeconfig, context }: ContextFlags): Promise<KubeContext> {
  // client-node costs 0.7 s: who works on files does not pay for it.
  const { loadKubeconfig } = await import('../../kube/client/kubeconfig.ts');
  const { config } = await loadKubeconfig({ path: kubeconfig, context }).catch(asInputError);
  const name = config.getCurrentContext();
  return {
    name,
    namespace: config.getContextObject(name)?.namespace || 'default',
    server: config.getCurrentCluster()?.server ?? '',
    all: config.contexts.map(other => other.name),
  };
}

/** A kubeconfig that cannot be used is a person's input. */
export async function asInputError(cause: unknown): Promise<never> {
  const { KubeconfigError } = await import('../../kube/client/errors.ts');
  if (cause instanceof KubeconfigError) throw new InputError(cause.message, { cause });
  throw cause;
}
