import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { valuesSchema } from '../../charts/values-schema.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { type DefaultSet, defaultsFor, jsonPatchFor } from '../../src/defaults/defaults.ts';
import { applyApiDefaults } from '../../src/model/api-defaults.ts';
import { projectService } from '../../src/model/projection.ts';
import { asObject, type RawObject } from '../../src/model/raw.ts';
import { findHelm } from '../chart/helm.ts';
import { ofKind, render } from '../chart/rendered.ts';
import { announceSkipped } from '../e2e/assets.ts';
import { blocks, read } from './pages.ts';
import { chartValues, GITOPS, ignoredPointers, objectsOf } from './samples.ts';

const GIT = {
  metadata: { name: 'web', namespace: 'shop-eu' },
  spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] },
};
const EVERY_DEFAULT: readonly DefaultSet[] = [
  { set: { trafficDistribution: 'PreferSameZone' }, overApiDefault: false },
  { set: { externalTrafficPolicy: 'Local' }, overApiDefault: true },
];

/** The Service of Git as /mutate leaves it. */
function defaulted(): RawObject {
  const service = applyApiDefaults(projectService(GIT));
  const applied = defaultsFor(service, EVERY_DEFAULT, { minor: 37 });
  const set = jsonPatchFor(service, applied).map(({ path, value }) => [path.slice('/spec/'.length), value]);
  return { ...GIT, spec: { ...GIT.spec, ...Object.fromEntries(set), healthCheckNodePort: 30_123 } };
}

function without(object: RawObject, pointers: readonly string[]): RawObject {
  const fields = Object.entries(asObject(object.spec)).filter(([field]) => !pointers.includes(`/spec/${field}`));
  return { ...object, spec: Object.fromEntries(fields) };
}

describe('docs/gitops.md', () => {
  test('ignores exactly what the defaults add: without it the Service of the cluster equals the one in Git', () => {
    const live = defaulted();
    expect(live).not.toEqual(GIT);
    const pointers = ignoredPointers('shop', 'Application');
    expect(without(live, pointers)).toEqual(without(GIT, pointers));
    for (const pointer of ['/spec/trafficDistribution', '/spec/externalTrafficPolicy', '/spec/healthCheckNodePort']) {
      const others = pointers.filter(other => other !== pointer);
      expect(without(live, others), pointer).not.toEqual(without(GIT, others));
    }
  });

  test('ignores with Flux what a default over the one of the API server replaces', () => {
    const written = {
      ...GIT,
      spec: { ...GIT.spec, externalTrafficPolicy: 'Cluster', internalTrafficPolicy: 'Cluster' },
    };
    const replaced = {
      ...written,
      spec: { ...written.spec, externalTrafficPolicy: 'Local', internalTrafficPolicy: 'Local' },
    };
    const pointers = ignoredPointers('shop', 'HelmRelease');
    expect(without(replaced, pointers)).toEqual(without(written, pointers));
  });

  test('names the version of the chart', () => {
    const versions = objectsOf(GITOPS).flatMap(({ spec }) => {
      const { source, ref } = asObject(spec);
      return [asObject(source).chart && asObject(source).targetRevision, asObject(ref)['tag']].filter(Boolean);
    });
    expect(versions).toEqual([packageJson.version, packageJson.version]);
  });

  test.each(Object.entries(chartValues()))('has values of a %s that the chart accepts', (_kind, values) => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(valuesSchema());
    validate(values);
    expect(validate.errors).toBeNull();
  });
});

const found = await findHelm({ build: false });
if (found.kind === 'missing') announceSkipped('the chart with the values of docs/gitops.md', found.why);

describe.skipIf(found.kind === 'missing')('the chart with the values of docs/gitops.md', () => {
  test.each(Object.entries(chartValues()))(
    'of a %s has both webhooks and the image of the registry',
    async (_kind, values) => {
      const objects = await render(found.kind === 'ready' ? found.path : '', values);
      expect(ofKind(objects, 'MutatingWebhookConfiguration')).toHaveLength(1);
      expect(JSON.stringify(ofKind(objects, 'Deployment'))).toContain('"image":"registry.example.com/zonewise:');
    },
  );
});

describe('docs/providers.md', () => {
  const samples = blocks(read('docs/providers.md'), 'yaml').map(block => parse(block));

  test.each(samples.map(values => ({ values })))('has values that the chart accepts: $values', ({ values }) => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(valuesSchema());
    validate(values);
    expect(validate.errors).toBeNull();
  });

  test('has samples', () => expect(samples.length).toBeGreaterThan(1));
});
