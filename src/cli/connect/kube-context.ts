import { InputError } from '../../runtime/errors.ts';

/** The flags that select a context. */
export interface ContextFlags {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** The selected context, as kubectl uses it. */
export interface KubeContext {
  readonly name: string;
  /** The namespace of names without one; `default` if the context has none. */
  readonly namespace: string;
  /** URL of the API server. */
  readonly server: string;
  /** All contexts of the kubeconfig. */
  readonly all: readonly string[];
}

/** Reads the kubeconfig as kubectl does, without credential plugins. Throws InputError for an unknown context. */
export async function readKubeContext({ kubeconfig, context }: ContextFlags): Promise<KubeContext> {
  // Loaded on demand: client-node takes 0.7 s, which commands on files do not need.
  const { loadKubeconfig } = await import('../../kube/client/kubeconfig.ts');
  const { config } = await loadKubeconfig({ path: kubeconfig, context }).catch(throwAsInputError);
  const name = config.getCurrentContext();
  return {
    name,
    namespace: config.getContextObject(name)?.namespace || 'default',
    server: config.getCurrentCluster()?.server ?? '',
    all: config.contexts.map(other => other.name),
  };
}

/** Rethrows a KubeconfigError as InputError, every other error unchanged. */
export async function throwAsInputError(cause: unknown): Promise<never> {
  const { KubeconfigError } = await import('../../kube/client/errors.ts');
  if (cause instanceof KubeconfigError) throw new InputError(cause.message, { cause });
  throw cause;
}
