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
  test('is replaced where it stands, in the quotes that it had', () => {
    expect(edited(BLOCK, spec('internalTrafficPolicy', 'Cluster'))).toBe(
      BLOCK.replace('"Local" # fast', '"Cluster" # fast'),
    );
  });

  test('is removed with its line and no other', () => {
    expect(edited(BLOCK, spec('trafficDistribution', null))).toBe(
      BLOCK.replace('  trafficDistribution: PreferClose\n', ''),
    );
  });

  test('is added after the last field of one line', () => {
    const text = BLOCK.replace('\n  trafficDistribution: PreferClose\n', '');
    expect(edited(text, spec('trafficDistribution', 'PreferSameNode'))).toBe(
      text.replace('# fast\n', '# fast\n  trafficDistribution: PreferSameNode\n'),
    );
  });

  test('is added before the first where all others take several lines', () => {
    const text = 'kind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n    - port: 80\n';
    expect(edited(text, spec('trafficDistribution', 'PreferClose'))).toBe(
      text.replace('  ports', '  trafficDistribution: PreferClose\n  ports'),
    );
  });

  test('an annotation goes alone, or with the whole map when it was the last', () => {
    const without = edited(BLOCK, annotation(MODE, null));
    expect(without).toBe(BLOCK.replace(`    ${MODE}: Auto # old cluster\n`, ''));
    expect(edited(without, annotation('team', null))).toBe(
      BLOCK.replace(`  annotations:\n    ${MODE}: Auto # old cluster\n    team: shop\n`, ''),
    );
  });

  test('an annotation comes with its map where there was none', () => {
    const text = 'kind: Service\nmetadata:\n  name: web\nspec: {}\n';
    expect(edited(text, annotation(MODE, 'Auto'))).toBe(
      text.replace('  name: web\n', `  name: web\n  annotations: { ${MODE}: Auto }\n`),
    );
  });

  test('a list of several lines goes whole', () => {
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

test('the right one of several documents, Lists and namesakes is edited', () => {
  const other = BLOCK.replace('name: web #', 'name: web\n  namespace: other #');
  const list = `apiVersion: v1\nkind: List\nitems:\n- kind: Service\n  metadata: {name: x}\n- kind: Service\n  metadata:\n    name: web\n  spec:\n    internalTrafficPolicy: Local\n`;
  expect(edited(`${other}---\n${BLOCK}`, spec('trafficDistribution', null))).toBe(
    `${other}---\n${BLOCK.replace('  trafficDistribution: PreferClose\n', '')}`,
  );
  expect(edited(`${other}---\n${list}`, spec('internalTrafficPolicy', 'Cluster'))).toBe(
    `${other}---\n${list.replace('Policy: Local', 'Policy: Cluster')}`,
  );
});

test('JSON stays JSON', () => {
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

test('Windows line ends survive', () => {
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

test('what cannot be found or edited is refused, not harmed', () => {
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

  test('is the one of its namespace, wherever it stands', () => {
    const text = both('', ', namespace: shop');
    expect(place(text, inShop)).toBe(1);
    expect(place(text, WEB)).toBe(0);
  });

  test('else the one that names none, which was judged in a namespace given from outside', () => {
    const text = both(', namespace: data', '');
    expect(place(text, inShop)).toBe(1);
    expect(() => place(both(', namespace: data', ', namespace: other'), inShop)).toThrow(
      'no Service shop/web in this file',
    );
  });
});
