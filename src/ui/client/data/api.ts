import type { ClusterDetail, Overview, ServiceDetail } from '../../api.ts';

/** A failed request; the message is shown to the user. */
export class ApiError extends Error {
  readonly code: 'unreachable' | 'not-found' | 'refused';

  constructor(code: ApiError['code'], message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'ApiError';
    this.code = code;
  }
}

export function getOverview(signal: AbortSignal): Promise<Overview> {
  return get<Overview>('api/overview', signal);
}

export function getCluster(signal: AbortSignal): Promise<ClusterDetail> {
  return get<ClusterDetail>('api/cluster', signal);
}

export function getService(namespace: string, name: string, signal: AbortSignal): Promise<ServiceDetail> {
  return get<ServiceDetail>(`api/services/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`, signal);
}

async function get<T>(path: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(path, { signal, headers: { accept: 'application/json' } }).catch((cause: unknown) => {
    throw new ApiError('unreachable', 'zonewise does not answer. Is it still running?', cause);
  });
  if (response.status === 404) throw new ApiError('not-found', 'This Service does not exist in the cluster.');
  if (!response.ok) throw new ApiError('refused', `zonewise answered with status ${response.status}.`);
  return (await response.json()) as T;
}
