import { describe, expect, test } from 'vitest';
import { check } from '../../src/cli/check.ts';
import { file, folder, run } from './terminal.ts';

const HEAD = 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n';

describe('names the line, the field and the expectation of an unusable file', () => {
  test.each([
    ['no YAML', 'a: 1\nb: [1,\nc: 2\n', 3, /not YAML: \S/],
    ['no anchor', 'kind: Service\nmetadata: *nope\n', 2, /not YAML: unknown anchor "nope"/],
    ['too many aliases', bomb(), 8, /not YAML: its aliases add more than 1000000 values/],
    ['a list', '\n- 1\n', 2, /not a Kubernetes object: it is a list; expected apiVersion, kind and metadata/],
    ['a word', 'hello\n', 1, /not a Kubernetes object: it is "hello"; expected apiVersion/],
    ['a number', '5\n', 1, /not a Kubernetes object: it is 5; expected apiVersion/],
    ['no kind', `${HEAD}---\nmetadata: { name: x }\n`, 5, /kind is missing; expected apiVersion, kind and metadata/],
    ['a kind that is no string', 'kind: 5\n', 1, /kind is missing/],
    ['no name', 'kind: Service\nmetadata: {}\n', 1, /Service: metadata.name is missing; expected a string/],
    ['a name that is a number', 'kind: Service\nmetadata: { name: 5 }\n', 1, /metadata.name is 5; expected a string/],
    ['a spec that is a list', `${HEAD}spec: []\n`, 4, /Service default\/web: spec: expected an object, found a list/],
    [
      'ports of text',
      `${HEAD}spec:\n  type: ClusterIP\n  ports: x\n`,
      6,
      /spec.ports: expected a list of objects, found "x"/,
    ],
    ['labels of numbers', `kind: Service\nmetadata:\n  name: web\n  labels: { v: 1 }\n`, 4, /found v: 1/],
    ['JSON that is none', '{"kind": "Service",\n "metadata": }}\n', 2, /not YAML/],
    ['JSON without a name', '{\n  "kind": "Service"\n}\n', 1, /metadata.name is missing/],
  ])('%s', async (_what, text, line, message) => {
    const path = file(text);
    const { exit, out, err } = await run(check, [path, '-o', 'json']);
    expect(JSON.parse(out).errors).toEqual([{ file: path, line, message: expect.stringMatching(message) }]);
    expect(err).toMatch(new RegExp(`^zonewise: ${path}:${line}: [^\\n]+\\n$`));
    expect(exit).toBe(2);
  });
});

describe('reports what a wrong command line lacks', () => {
  const web = 'sample/stories.yaml';
  test.each([
    ['an empty path', [''], /a path is empty; give files, folders, or - for standard input/],
    ['no file', [], /nothing to check: give files, folders, or - for standard input/],
    [
      'an unknown flag',
      [web, '--topolgy', 'x'],
      /Unknown option '--topolgy'; see zonewise check --help; did you mean --topology\?$/,
    ],
    ['a flag without its value', [web, '--topology'], /'--topology' needs a value; see zonewise check --help$/],
    [
      'a flag where a value should be',
      ['--topology', '--live', web],
      /'--topology' needs a value, but --live looks like an option; write --topology=--live if/,
    ],
    ['an unknown format', [web, '-o', 'xml'], /-o xml is not known; expected text, json, sarif or junit$/],
    [
      'an unknown level',
      [web, '--fail-on', 'error'],
      /--fail-on error is not known; expected info, warn, deny or never$/,
    ],
    [
      'a word for a version',
      [web, '--kubernetes-version', 'latest'],
      /"latest" is not a Kubernetes version; expected 1.28 to/,
    ],
    ['a version of long ago', [web, '--kubernetes-version', '1.27'], /1.27 is too old; expected 1.28 to 1.37/],
    ['an unknown data plane', [web, '--dataplane', 'ebpf'], /"ebpf" is not known; expected one of auto, kube-proxy/],
    ['a live and a written cluster', [web, '--live', '--topology', web], /--live and --topology exclude each other/],
    ['a kubeconfig for nothing', [web, '--kubeconfig', 'x'], /--kubeconfig goes with --live/],
    ['a version for a live cluster', [web, '--live', '--kubernetes-version', 'x'], /"x" is not a Kubernetes version/],
    ['standard input twice', ['-', '--topology', '-'], /standard input can be read only once/],
    [
      'a missing configuration',
      [web, '--config', '/no/z.yaml'],
      /^\/no\/z.yaml: the configuration cannot be read: no such file or folder$/,
    ],
    ['no kubeconfig', [web, '--live', '--kubeconfig', '/no/kubeconfig'], /\/no\/kubeconfig/],
  ])('%s', async (_what, args, message) => {
    const error = await run(check, args).catch(cause => cause);
    expect(error).toMatchObject({ code: 'unusable-input', message: expect.stringMatching(message) });
    expect(error.message).not.toContain('\n');
  });

  test.each([
    ['a missing file', ['/no/web.yaml'], /^zonewise: \/no\/web.yaml: cannot be read: no such file or folder\n$/],
    [
      'a missing topology',
      [web, '--topology', '/no/c.yaml'],
      /^zonewise: \/no\/c.yaml: cannot be read: no such file or folder\n$/,
    ],
  ])('%s', async (_what, args, message) => {
    expect(await run(check, args)).toMatchObject({ exit: 2, err: expect.stringMatching(message) });
  });

  test('an empty folder', async () => {
    const path = folder({ 'README.md': '# no manifest' });
    const err = `zonewise: ${path}: the folder holds no .yaml, .yml or .json file\n`;
    expect(await run(check, [path])).toMatchObject({ exit: 2, err });
  });

  test('a configuration that is wrong', async () => {
    const config = file('apiVersion: zonewise.dev/v1alpha1\nkind: Config\nlevels: {}\n', 'zonewise.yaml');
    await expect(run(check, [web, '--config', config])).rejects.toThrow(
      `${config}:3: the file: unknown field "levels"`,
    );
  });
});

/** Nested lists. */
function bomb(): string {
  const levels = [...'abcdefgh'].map((name, i, all) => {
    const before = i === 0 ? 'x' : `*${all[i - 1]}`;
    return `${name}: &${name} [${Array(9).fill(before).join(',')}]`;
  });
  return `kind: Service\n${levels.join('\n')}\n`;
}
