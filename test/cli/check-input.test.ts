import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check } from '../../src/cli/check.ts';
import { file, folder, run } from './terminal.ts';

/** One finding: a Local policy on a headless Service, on the line of the policy. */
const headless = (name: string) => `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  clusterIP: None
  internalTrafficPolicy: Local
`;
const asJson = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { clusterIP: 'None', internalTrafficPolicy: 'Local' },
});

describe('evaluates several objects of one file, each finding with its own line', () => {
  test.each([
    ['documents', [headless('a'), headless('b')].join('---\n'), ['a:7', 'b:15']],
    ['a comment, an empty document and Windows line ends', crlf(`# x\n---\n---\n${headless('a')}`), ['a:10']],
    ['a List', `kind: List\nitems:\n${item('a')}${item('b')}`, ['a:9', 'b:16']],
    ['a ServiceList without kinds', `kind: ServiceList\nitems:\n${untyped('a')}${untyped('b')}`, ['a:7', 'b:12']],
    [
      'a List in a List',
      `kind: List\nitems:\n- kind: List\n  items:\n  ${item('a').replaceAll('\n', '\n  ')}`,
      ['a:11'],
    ],
    ['an anchor and a merge', merged(), ['a:5', 'b:9']],
    ['JSON on one line', JSON.stringify(asJson('a')), ['a:1']],
    ['JSON over lines', JSON.stringify(asJson('a'), null, 2), ['a:9']],
    ['a JSON List', JSON.stringify({ kind: 'List', items: [asJson('a'), asJson('b')] }, null, 2), ['a:12', 'b:23']],
    [
      'a JSON ServiceList',
      JSON.stringify({ kind: 'ServiceList', items: [bare('a'), bare('b')] }, null, 1),
      ['a:10', 'b:19'],
    ],
    [
      'a JSON List in a List',
      JSON.stringify({ kind: 'List', items: [{ kind: 'List', items: [asJson('a')] }] }, null, 2),
      ['a:15'],
    ],
  ])('%s', async (_what, text, expected) => {
    expect(await places([file(text)])).toEqual(expected);
  });

  test('finds the line of an annotation by its name', async () => {
    const annotated = `kind: Service
metadata:
  name: a
  annotations:
    other/annotation: x
    service.kubernetes.io/topology-mode: AUTO
spec: { ports: [{ port: 80 }] }
`;
    expect(await places([file(annotated)])).toEqual(['a:6']);
  });

  test('reports a missing field at its parent', async () => {
    // The invalid policy is accepted on 1.29 and later only.
    const text = 'kind: Service\nmetadata: { name: a }\nspec:\n  externalTrafficPolicy: Local\n';
    expect(await places([file(text)])).toEqual(['a:4']);
  });
});

test('names standard input -', async () => {
  const { out } = await run(check, ['-', '-o', 'json'], { stdin: headless('a') });
  expect(JSON.parse(out).findings).toMatchObject([{ file: '-', line: 7 }]);
});

test('reads the manifests of a folder recursively and in order', async () => {
  const path = folder({
    'b/web.yml': headless('b'),
    'a.yaml': headless('a'),
    'c.json': JSON.stringify(asJson('c')),
    'values.yaml': 'replicas: 3\nkind: [x]\n',
    'list.yaml': '- 1\n- 2\n',
    'empty.yaml': '',
    'package.json': '{ "name": "x" }',
    'notes.md': 'kind: Service',
    'patch.yaml': `kind: Kustomization\n---\n${headless('p')}`,
    '.hidden/web.yaml': headless('hidden'),
    'node_modules/x/web.yaml': headless('vendored'),
  });
  const { out } = await run(check, [path, '-o', 'json']);
  const found = (JSON.parse(out).findings as { file: string; line: number }[]).map(({ file, line }) => [file, line]);
  expect(found).toEqual([
    [join(path, 'a.yaml'), 7],
    [join(path, 'b/web.yml'), 7],
    [join(path, 'c.json'), 1],
    [join(path, 'patch.yaml'), 9],
  ]);
});

test('evaluates files in the given order, a repeated Service each time', async () => {
  const [a, b] = [file(headless('a')), file(headless('b'))];
  expect(await places([b, a, b])).toEqual(['b:7', 'a:7', 'b:7']);
});

test('ignores a Service of another API group', async () => {
  const knative = `${headless('a').replace('apiVersion: v1', 'apiVersion: serving.knative.dev/v1')}`;
  const { out } = await run(check, [file(knative)]);
  expect(out).toBe('no Services checked: nothing to report\n');
});

test('accepts labels and annotations without a value', async () => {
  const text = headless('a').replace('name: a', 'name: a\n  labels: { v: }\n  annotations: { n: }');
  expect(await places([file(text)])).toEqual(['a:9']);
});

/** `name:line` of every finding. */
async function places(paths: readonly string[]): Promise<readonly string[]> {
  const { out } = await run(check, [...paths, '-o', 'json']);
  const { findings } = JSON.parse(out) as { findings: { object: { name: string }; line: number }[] };
  return findings.map(({ object, line }) => `${object.name}:${line}`);
}

function item(name: string): string {
  return `- ${headless(name).trimEnd().replaceAll('\n', '\n  ')}\n`;
}

function untyped(name: string): string {
  return `- metadata:\n    name: ${name}\n  spec:\n    clusterIP: None\n    internalTrafficPolicy: Local\n`;
}

function bare(name: string): object {
  const { metadata, spec } = asJson(name);
  return { metadata, spec };
}

function merged(): string {
  return `kind: Service
metadata: { name: a }
spec: &policy
  clusterIP: None
  internalTrafficPolicy: Local
---
kind: Service
metadata: { name: b }
spec: { clusterIP: None, internalTrafficPolicy: Local }
`;
}

function crlf(text: string): string {
  return text.replaceAll('\n', '\r\n');
}
