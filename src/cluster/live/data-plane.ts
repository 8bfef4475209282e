import type { ApiClient } from '../../kube/client/api-client.ts';
import { ApiStatusError } from '../../kube/client/errors.ts';
import { asObject, type RawObject } from '../../model/raw.ts';
import type { Evidence } from '../data-plane/evidence.ts';
import { describeObject, NAMED_EVIDENCE } from '../data-plane/evidence.ts';

/**
 * Reads the objects that show the data plane, each by its name. What is absent or forbidden is noted. Throws network errors and
 * ApiStatusError other than 403 and 404.
 */
export async function readEvidence(client: Pick<ApiClient, 'json'>): Promise<Evidence> {
  const results = await Promise.all(
    NAMED_EVIDENCE.map(async named => ({ named, answer: await read(client, named.path) })),
  );
  return {
    objects: results.flatMap(({ named, answer }) => (typeof answer === 'string' ? [] : [{ ...named, raw: answer }])),
    unreadable: results.flatMap(({ named, answer }) => (answer === 'forbidden' ? [describeObject(named)] : [])),
    complete: true,
  };
}

async function read(client: Pick<ApiClient, 'json'>, path: string): Promise<RawObject | 'absent' | 'forbidden'> {
  try {
    return asObject(await client.json(path));
  } catch (error) {
    if (!(error instanceof ApiStatusError)) throw error;
    if (error.status === 403) return 'forbidden';
    if (error.status === 404) return 'absent';
    throw error;
  }
}
