import type { ObjectReader } from '../../cluster/live/object-reader.ts';
import { asNumber, asObject } from '../../model/raw.ts';
import { errorMessageWithCause, InputError } from '../../runtime/errors.ts';
import { permanentConnectionError } from './connection-errors.ts';
import { type ContextFlags, type KubeContext, readKubeContext } from './kube-context.ts';

/** Calls `use` with a cluster whose objects are read as stored. Throws InputError if it cannot be read. */
export async function withRawCluster<T>(
  { kubeconfig, context }: ContextFlags,
  use: (cluster: ObjectReader) => Promise<T>,
): Promise<T> {
  const chosen = await readKubeContext({ kubeconfig, context });
  const { openObjectReader } = await import('../../cluster/live/object-reader.ts');
  let cluster: ObjectReader | undefined;
  try {
    cluster = await openObjectReader({ path: kubeconfig, context });
    return await use(cluster);
  } catch (cause) {
    throw toReadError(cause, chosen);
  } finally {
    await cluster?.close();
  }
}

function toReadError(cause: unknown, context: KubeContext): InputError {
  if (cause instanceof InputError) return cause;
  // A forbidden or missing object is named in the answer.
  const isAboutObject = [403, 404].includes(asNumber(asObject(cause)['status']));
  const known = isAboutObject ? null : permanentConnectionError(cause, context);
  return known ?? new InputError(`the cluster could not be read: ${errorMessageWithCause(cause)}`, { cause });
}
