import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { editManifest } from '../../../src/cluster/manifests/manifest-edit.ts';
import type { FieldEdit } from '../../../src/model/finding.ts';
import { InputError } from '../../../src/runtime/errors.ts';

const WEB = { kind: 'Service', namespace: 'default', name: 'web' };
const spec = (field: string, value: string | null): FieldEdit => ({ path: ['spec', field], value });
const annotation = (key: string, value: string | null): FieldEdit => ({
  path: ['metadata', 'annotations', key],
  value,
});
const MODE = 'service.kubernetes.io/topology-mode';

function edited(text: string, ...edits: FieldEdit[]): string {
  return editManifest(text, WEB, edits);
}

const BLOCK = `# the shop's front
apiVersion: v1
kind: Service
metadata:
  name: web # do not rename
  annotations:
    ${MODE}: Auto # old cluster
    team: shop
spec:
  # who answers
  selector:
    app: web
  ports:
    - port: 80
      name: http
  internalTrafficPolicy: "Local" # fast

  trafficDistribution: PreferClose
`;

describe('a field in block style', () => {
  test('is replaced in place, with its quotes', () => {
    expect(edited(BLOCK, spec('internalTrafficPolicy', 'Cluster'))).toBe(
      BLOCK.replace('"Local" # fast', '"Cluster" # fast'),
    );
  });

  test('is removed with its line and no other', () => {
    expect(edited(BLOCK, spec('trafficDistribution', null))).toBe(
      BLOCK.replace('  trafficDistribution: PreferClose\n', ''),
    );
  });

  test('is added after the last one-line field', () => {
    const text = BLOCK.replace('\n  trafficDistribution: PreferClose\n', '');
    expect(edited(text, spec('trafficDistribution', 'PreferSameNode'))).toBe(
      text.replace('# fast\n', '# fast\n  trafficDistribution: PreferSameNode\n'),
    );
  });

  test('is added before the first field if all fields take several lines', () => {
    const text = 'kind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n    - port: 80\n';
    expect(edited(text, spec('trafficDistribution', 'PreferClose'))).toBe(
      text.replace('  ports', '  trafficDistribution: PreferClose\n  ports'),
    );
  });

  test('removes an annotation alone, or with the map if it was the last one', () => {
    const without = edited(BLOCK, annotation(MODE, null));
    expect(without).toBe(BLOCK.replace(`    ${MODE}: Auto # old cluster\n`, ''));
    expect(edited(without, annotation('team', null))).toBe(
      BLOCK.replace(`  annotations:\n    ${MODE}: Auto # old cluster\n    team: shop\n`, ''),
    );
  });

  test('adds an annotation with its map if there was none', () => {
    const text = 'kind: Service\nmetadata:\n  name: web\nspec: {}\n';
    expect(edited(text, annotation(MODE, 'Auto'))).toBe(
      text.replace('  name: web\n', `  name: web\n  annotations: { ${MODE}: Auto }\n`),
    );
  });

  test('removes a multi-line list completely', () => {
    const text = 'kind: Service\nmetadata:\n  name: web\nspec:\n  topologyKeys:\n  - a\n  - "*"\n  ports: []\n';
    expect(edited(text, spec('topologyKeys', null))).toBe(text.replace('  topologyKeys:\n  - a\n  - "*"\n', ''));
  });
});

describe('a field in flow style', () => {
  const FLOW =
    'kind: Service\nmetadata: { name: web, annotations: { a: b } }\nspec: { internalTrafficPolicy: Local, ports: [{ port: 80 }] }\n';

  test.each([
    [
      'replaced',
      [spec('internalTrafficPolicy', 'Cluster')],
      'spec: { internalTrafficPolicy: Cluster, ports: [{ port: 80 }] }',
    ],
    ['removed', [spec('internalTrafficPolicy', null)], 'spec: { ports: [{ port: 80 }] }'],
    ['removed at the end', [spec('ports', null)], 'spec: { internalTrafficPolicy: Local }'],
    [
      'added',
      [spec('trafficDistribution', 'PreferClose')],
      'spec: { internalTrafficPolicy: Local, ports: [{ port: 80 }], trafficDistribution: PreferClose }',
    ],
    ['removed with its map', [annotation('a', null)], 'metadata: { name: web }'],
  ])('is %s', (_, edits, line) => {
    expect(edited(FLOW, ...edits).split('\n')).toContain(line);
  });
});

test('edits the right one of several documents, Lists and objects with equal names', () => {
  const other = BLOCK.replace('name: web #', 'name: web\n  namespace: other #');
  const list = `apiVersion: v1\nkind: List\nitems:\n- kind: Service\n  metadata: {name: x}\n- kind: Service\n  metadata:\n    name: web\n  spec:\n    internalTrafficPolicy: Local\n`;
  expect(edited(`${other}---\n${BLOCK}`, spec('trafficDistribution', null))).toBe(
    `${other}---\n${BLOCK.replace('  trafficDistribution: PreferClose\n', '')}`,
  );
  expect(edited(`${other}---\n${list}`, spec('internalTrafficPolicy', 'Cluster'))).toBe(
    `${other}---\n${list.replace('Policy: Local', 'Policy: Cluster')}`,
  );
});

test('keeps JSON as JSON', () => {
  const text = JSON.stringify(
    { kind: 'Service', metadata: { name: 'web' }, spec: { internalTrafficPolicy: 'Local' } },
    null,
    2,
  );
  const after = edited(
    text,
    spec('internalTrafficPolicy', 'Cluster'),
    spec('trafficDistribution', 'PreferSameNode'),
    annotation(MODE, 'Auto'),
  );
  expect(JSON.parse(after)).toEqual({
    kind: 'Service',
    metadata: { name: 'web', annotations: { [MODE]: 'Auto' } },
    spec: { internalTrafficPolicy: 'Cluster', trafficDistribution: 'PreferSameNode' },
  });
});

test('keeps Windows line ends', () => {
  const text = BLOCK.replaceAll('\n', '\r\n');
  const after = edited(
    text,
    spec('internalTrafficPolicy', 'Cluster'),
    spec('trafficDistribution', null),
    spec('sessionAffinity', 'None'),
  );
  expect(parseAllDocuments(after)[0]?.toJS()).toMatchObject({ spec: { internalTrafficPolicy: 'Cluster' } });
  expect(after.match(/[^\r]\n/g)).toBeNull();
});

test('rejects edits that cannot be found or made, and changes nothing', () => {
  expect(() => edited('kind: Service\nmetadata: {name: api}\n', spec('a', 'b'))).toThrow(InputError);
  expect(() => edited('kind: Service\nmetadata: {name: web}\nspec: none\n', spec('type', 'NodePort'))).toThrow(/spec/);
});

describe('the object to edit', () => {
  const both = (first: string, second: string) =>
    `kind: Service\nmetadata: { name: web${first} }\nspec: {}\n---\nkind: Service\nmetadata: { name: web${second} }\nspec: {}\n`;
  const inShop = { ...WEB, namespace: 'shop' };
  /** Which of the two documents is edited. */
  const place = (text: string, target: typeof WEB) =>
    editManifest(text, target, [spec('internalTrafficPolicy', 'Local')])
      .split('---')
      .findIndex(part => part.includes('Local'));

  test('is the one of its namespace, in any position', () => {
    const text = both('', ', namespace: shop');
    expect(place(text, inShop)).toBe(1);
    expect(place(text, WEB)).toBe(0);
  });

  test('otherwise is the one without a namespace, which got its namespace from a flag', () => {
    const text = both(', namespace: data', '');
    expect(place(text, inShop)).toBe(1);
    expect(() => place(both(', namespace: data', ', namespace: other'), inShop)).toThrow(
      'no Service shop/web in this file',
    );
  });
});
