import type { ApiClient } from '../../kube/client/api-client.ts';
import { ApiStatusError } from '../../kube/client/errors.ts';
import { asObject } from '../../model/raw.ts';
import type { Evidence, EvidenceObject } from '../data-plane/evidence.ts';
import { describeObject, NAMED_EVIDENCE } from '../data-plane/evidence.ts';

/**
 * Reads the objects that show the data plane, each by its name. What is absent or forbidden is noted. Throws network errors and
 * ApiStatusError other than 403 and 404.
 */
export async function readEvidence(client: Pick<ApiClient, 'json'>): Promise<Evidence> {
  const objects: EvidenceObject[] = [];
  const unreadable: string[] = [];
  for (const named of NAMED_EVIDENCE) {
    try {
      objects.push({ ...named, raw: asObject(await client.json(named.path)) });
    } catch (error) {
      if (!(error instanceof ApiStatusError)) throw error;
      if (error.status === 403) unreadable.push(describeObject(named));
      else if (error.status !== 404) throw error;
    }
  }
  return { objects, unreadable, complete: true };
}
