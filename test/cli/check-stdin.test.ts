import { describe, expect, test } from 'vitest';
import { check } from '../../src/cli/check.ts';
import { run } from './terminal.ts';

/** A Service with an invalid policy on its fifth line. */
const refused = (name: string) => `kind: Service
metadata:
  name: ${name}
spec:
  externalTrafficPolicy: Local
`;

/** Valid streams as helm template, kustomize build and users produce them, with invalid policies. */
const STREAM = `---
# Source: shop/templates/empty.yaml
---
# Source: shop/templates/web.yaml
${refused('web')}--- # a comment beside the marker
${refused('api')}---
null
---
~
---

---
# Source: shop/templates/notes.yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: notes }
data:
  text: |
    kind: Service
     ---
    still text
---
kind: List
items:
  - ${refused('db').trimEnd().replaceAll('\n', '\n    ')}
  - ${refused('cache').trimEnd().replaceAll('\n', '\n    ')}
...
---
${refused('last')}`;

async function places(stdin: string): Promise<readonly string[]> {
  const { out } = await run(check, ['-', '-o', 'json'], { stdin });
  const { findings } = JSON.parse(out) as { findings: { object: { name: string }; file: string; line: number }[] };
  return findings.map(({ object, file, line }) => `${object.name} ${file}:${line}`);
}

/** The lines of the policies, counted without a parser. */
function expected(names: readonly string[]): readonly string[] {
  const lines = STREAM.split('\n').flatMap((line, i) => (/^ *externalTrafficPolicy/.test(line) ? [i + 1] : []));
  return names.map((name, i) => `${name} -:${lines[i]}`);
}

describe('check - reports every Service of a stream with its line', () => {
  const all = expected(['web', 'api', 'db', 'cache', 'last']);

  test.each([
    ['as helm template prints it', STREAM],
    ['with Windows line ends', STREAM.replaceAll('\n', '\r\n')],
    ['with a byte order mark', `\uFEFF${STREAM}`],
    ['with both', `\uFEFF${STREAM.replaceAll('\n', '\r\n')}`],
    ['without a line end at the end', STREAM.trimEnd()],
  ])('%s', async (_what, text) => {
    expect(await places(text)).toEqual(all);
  });

  test('with a byte order mark before JSON, and before a marker', async () => {
    const json = JSON.stringify({ kind: 'Service', metadata: { name: 'a' }, spec: { externalTrafficPolicy: 'Local' } });
    expect(await places(`\uFEFF${json}`)).toEqual(['a -:1']);
    expect(await places(`\uFEFF---\n${refused('a')}`)).toEqual(['a -:6']);
  });

  test('with nothing in it', async () => {
    for (const stdin of ['', '\n', '---\n', '# only a comment\n', 'null\n', '--- null\n--- ~\n', '\uFEFF']) {
      expect(await places(stdin), JSON.stringify(stdin)).toEqual([]);
    }
  });
});

describe('reports the line of unreadable input', () => {
  const before = `# Source: a.yaml\n${refused('web')}---\n# Source: b.yaml\n`;

  test.each([
    ['no mapping', '- 1\n', /^zonewise: -:9: not a Kubernetes object: it is a list/],
    ['no kind', 'a: b\n', /^zonewise: -:9: not a Kubernetes object: kind is missing/],
    ['no name', 'kind: Service\nmetadata: {}\n', /^zonewise: -:9: Service: metadata\.name is missing/],
    ['broken YAML', 'kind: Service\nmetadata: {\n', /^zonewise: -:\d+: not YAML: /],
    [
      'a template',
      'kind: Service\nmetadata:\n  name: {{ .Values.name }}\n',
      /^zonewise: -:11: a Helm template, not a manifest; check its output: helm template CHART \| zonewise check -\n$/,
    ],
    [
      'a wrong type',
      'kind: Service\nmetadata: { name: b }\nspec:\n  ports: 80\n',
      /^zonewise: -:12: Service default\/b: spec\.ports/,
    ],
  ])('%s', async (_what, text, message) => {
    for (const stdin of [before + text, `\uFEFF${(before + text).replaceAll('\n', '\r\n')}`]) {
      const { exit, out, err } = await run(check, ['-'], { stdin });
      expect(err).toMatch(message);
      expect(out).toMatch(/^-:6 deny default\/web: .*\n[12] Services? checked: 1 denial, 1 input error\n$/s);
      expect(exit).toBe(2);
    }
  });
});

test('rejects standard input for two inputs', async () => {
  await expect(run(check, ['-', '--topology', '-'], { stdin: STREAM })).rejects.toThrow(
    'standard input can be read only once',
  );
});

test('--fix --dry-run of a stream with a byte order mark and Windows line ends changes one line', async () => {
  const unused = refused('web').replace(
    'externalTrafficPolicy: Local',
    'internalTrafficPolicy: Local\n  trafficDistribution: PreferSameZone',
  );
  const stdin = `\uFEFF# Source: a.yaml\n${unused}---\n${refused('api')}`.replaceAll('\n', '\r\n');
  const { out } = await run(check, ['-', '--fix', '--dry-run'], { stdin });
  expect(out.split('\n').filter(line => /^[-+](?![-+])/.test(line))).toEqual([
    '-  trafficDistribution: PreferSameZone\r',
  ]);
});
