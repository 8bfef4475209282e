import { describe, expect, test } from 'vitest';
import { editManifest } from '../../../src/cluster/manifests/manifest-edit.ts';
import { toReplacement } from '../../../src/cluster/manifests/manifest-replacement.ts';
import type { FieldEdit } from '../../../src/model/finding.ts';
import { applyFix } from '../../report/sarif/sarif-schema.ts';

const web = `apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    service.kubernetes.io/topology-mode: Auto
spec:
  ports: [{ port: 80 }]
  internalTrafficPolicy: Local # near
`;
const target = { kind: 'Service', namespace: 'default', name: 'web' };
const noMode: FieldEdit = { path: ['metadata', 'annotations', 'service.kubernetes.io/topology-mode'], value: null };
const cluster: FieldEdit = { path: ['spec', 'internalTrafficPolicy'], value: 'Cluster' };
const sameNode: FieldEdit = { path: ['spec', 'trafficDistribution'], value: 'PreferSameNode' };

function applied(text: string, line: number, edits: readonly FieldEdit[]): string | null {
  const replacement = toReplacement(text, { ...target, line }, edits);
  if (!replacement) return null;
  const replacements = [{ deletedRegion: replacement.deleted, insertedContent: { text: replacement.inserted } }];
  return applyFix(text, { fixes: [{ artifactChanges: [{ replacements }] }] } as never);
}

describe('the replacement for a fix', () => {
  test.each([
    ['one value', [cluster]],
    ['a value and a line below it', [cluster, sameNode]],
    ['a line with its parent', [noMode]],
    ['two places', [noMode, cluster, sameNode]],
  ])('%s: applied by region alone gives the output of --fix', (_what, edits) => {
    for (const text of [web, web.replaceAll('\n', '\r\n'), web.trimEnd()]) {
      expect(applied(text, 3, edits)).toBe(editManifest(text, target, edits));
    }
  });

  test('covers only the value if only a value changes', () => {
    expect(toReplacement(web, { ...target, line: 9 }, [cluster])).toEqual({
      deleted: { startLine: 9, startColumn: 26, endLine: 9, endColumn: 31 },
      inserted: 'Cluster',
    });
  });

  test('stays in its document, even if another one has a Service of the same name', () => {
    const text = `# first\n${web}--- # second\n${web}---\nkind: ConfigMap\nmetadata: { name: web }\n`;
    const [first = '', second = ''] = [applied(text, 5, [cluster]), applied(text, 16, [cluster])].map(one => one ?? '');
    expect(first.indexOf('Cluster')).toBeLessThan(first.indexOf('--- # second'));
    expect(second.indexOf('Cluster')).toBeGreaterThan(second.indexOf('--- # second'));
    expect(first.replace('Cluster', 'Local')).toBe(text);
    expect(second.replace('Cluster', 'Local')).toBe(text);
  });

  test('counts columns of one-line JSON without the byte order mark', () => {
    const json = '{"kind":"Service","metadata":{"name":"web"},"spec":{"internalTrafficPolicy":"Local"}}';
    const region = (text: string) => toReplacement(text, { ...target, line: 1 }, [cluster])?.deleted;
    expect(applied(json, 1, [cluster])).toBe(json.replace('Local', 'Cluster'));
    expect(region(`\uFEFF${json}`)).toEqual(region(json));
  });

  test('is null if the edit cannot be made in place, or the document is too long', () => {
    const block = web.replace('spec:', 'spec: &a').replace('Local # near', '>-\n    Local');
    expect(applied(block, 1, [{ path: ['spec', 'ports', 'x'], value: 'y' }])).toBeNull();
    const long = `${web}${'# long\n'.repeat(50_000)}`;
    expect(applied(long, 1, [cluster])).toBeNull();
    expect(applied(`${web}---\n${'# long\n'.repeat(50_000)}`, 1, [cluster])).not.toBeNull();
  });
});
