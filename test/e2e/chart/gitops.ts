import { beforeAll, describe, expect, test } from 'vitest';
import { asObject } from '../../../src/model/raw.ts';
import { GITOPS, objectsOf } from '../../docs/samples.ts';
import { type DefinitionSource, installDefinitionFrom } from '../report-definitions.ts';
import type { ChartEnvironment } from './environment.ts';

/** All under Apache-2.0. */
const SOURCES: readonly DefinitionSource[] = [
  {
    module: 'github.com/argoproj/argo-cd/v3@v3.2.0',
    sum: 'h1:m2eGAV+nXQGgzZbH5SyJD5laaPW27mzWXBrgisUHY/0=',
    file: 'manifests/crds/application-crd.yaml',
  },
  {
    module: 'github.com/fluxcd/source-controller@v1.7.0',
    sum: 'h1:/fBgS4CSmT5Jj/fjQDF92y+pC3gst1GJjgNSzY8Ff9I=',
    file: 'config/crd/bases/source.toolkit.fluxcd.io_ocirepositories.yaml',
  },
  {
    module: 'github.com/fluxcd/helm-controller@v1.4.0',
    sum: 'h1:rkm8rmB6Na7eNc4pJOnvtXEaJ19iKluRtayHKjBxcUM=',
    file: 'config/crd/bases/helm.toolkit.fluxcd.io_helmreleases.yaml',
  },
];

export function gitopsCases(lab: () => ChartEnvironment): void {
  describe('with the definitions of Argo CD and Flux, the API server', () => {
    beforeAll(async () => {
      const { api } = lab().plane;
      for (const source of SOURCES) await installDefinitionFrom(api, source);
      for (const name of ['argocd', 'flux-system']) await api.post('/api/v1/namespaces', { metadata: { name } });
    });

    const samples = objectsOf(GITOPS).map(object => {
      const name = `${String(object.kind)} ${String(asObject(object.metadata).name)}`;
      return { name, object };
    });

    const apply = (object: object) =>
      lab().plane.kubectl(
        ['apply', '--server-side', '--validate=strict', '--dry-run=server', '-f', '-'],
        JSON.stringify(object),
      );

    test.each(samples)('accepts the $name of docs/gitops.md', async ({ object }) => {
      expect(await apply(object)).toMatchObject({ code: 0, stderr: '' });
    });

    test.each(samples)('rejects the $name with a field that does not exist', async ({ object }) => {
      const { code, stderr } = await apply({ ...object, spec: { ...asObject(object.spec), nonsense: 1 } });
      expect([code, stderr.includes('nonsense')]).toEqual([1, true]);
    });
  });
}
