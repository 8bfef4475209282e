import type { Right } from '../../chart/rights.ts';

/** The permission that one request to the API server needs, in RBAC terms. */
export type Asked = Omit<Right, 'from'>;

const PATH = /^\/(?:api|apis\/([^/]+))\/v1(?:alpha\d)?\/(?:namespaces\/([^/]+)\/)?([^/]+)(?:\/([^/]+))?$/;
const VERB_OF_METHOD: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/**
 * Returns null for a path that is not a resource, such as /version. As k8s.io/apiserver
 * pkg/endpoints/request/requestinfo.go, v0.37.1.
 */
export function askedBy({ method, path }: { readonly method: string; readonly path: string }): Asked | null {
  const { pathname, searchParams } = new URL(path, 'https://any');
  const match = PATH.exec(pathname);
  if (!match) return null;
  // A list for one name needs no permission for others.
  const selected = /^metadata\.name=(.+)$/.exec(searchParams.get('fieldSelector') ?? '')?.[1] ?? '';
  const [, group = '', namespace = '', resource = '', named = ''] = match;
  const name = named || selected;
  const reads = named ? 'get' : searchParams.get('watch') ? 'watch' : 'list';
  return { verb: VERB_OF_METHOD[method] ?? reads, group, namespace, resource, name };
}

/** Whether the permission covers the request. */
export function covers(right: Asked, requested: Asked): boolean {
  return (
    right.verb === requested.verb &&
    right.group === requested.group &&
    right.resource === requested.resource &&
    (right.name === '' || right.name === requested.name) &&
    (right.namespace === '' || right.namespace === requested.namespace)
  );
}
