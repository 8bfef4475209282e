import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { audit } from '../../src/cli/audit.ts';
import { check } from '../../src/cli/check.ts';
import { explain } from '../../src/cli/explain.ts';
import { junitCases } from '../report/junit/junit-schema.ts';
import { sarifErrors } from '../report/sarif/sarif-schema.ts';
import { file, folder, ROOT, run } from './terminal.ts';

/** One warning. */
const headless = (name: string) => `apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { clusterIP: None, internalTrafficPolicy: Local }
`;

const FILES = {
  'a.yaml': headless('a'),
  'bad.yaml': 'kind: Service\nmetadata: {\n',
  'chart/templates/web.yaml': '{{- if .Values.on }}\nkind: Service\n{{- end }}\n',
  'documents.yaml': `${headless('b')}---\nkind: [\n---\n${headless('c')}`,
  'list.yaml': `kind: List\nitems:\n- ${headless('d').trimEnd().replaceAll('\n', '\n  ')}\n- 5\n`,
  'malformed.yaml': `${headless('e')}---\nkind: Service\nmetadata: { name: f }\nspec: { ports: x }\n`,
  'z.yaml': headless('z'),
};
const BAD = [
  ['bad.yaml', 3],
  ['chart/templates/web.yaml', 1],
  ['documents.yaml', 7],
  ['malformed.yaml', 8],
];

describe('check evaluates what is usable and reports the rest', () => {
  test('in JSON', async () => {
    const path = folder(FILES);
    const { exit, out } = await run(check, [path, '-o', 'json', '--fail-on', 'never']);
    const { findings, errors } = JSON.parse(out);
    expect(findings.map(({ object }: { object: { name: string } }) => object.name)).toEqual([...'abcdez']);
    expect(errors).toEqual(
      BAD.map(([name, line]) => ({ file: join(path, `${name}`), line, message: expect.any(String) })),
    );
    expect(exit).toBe(2);
  });

  test('in text', async () => {
    const path = folder(FILES);
    const { exit, out, err } = await run(check, [path]);
    expect(out).toMatch(/\n7 Services checked: 6 warnings, 4 input errors\n$/);
    expect(err.trimEnd().split('\n')).toEqual(
      BAD.map(([name, line]) => expect.stringMatching(new RegExp(`^zonewise: ${join(path, `${name}`)}:${line}: \\S`))),
    );
    expect(err).toContain('a Helm template, not a manifest; check its output: helm template CHART | zonewise check -');
    expect(exit).toBe(2);
  });

  test('in SARIF', async () => {
    const { out } = await run(check, [folder(FILES), '-o', 'sarif']);
    const report = JSON.parse(out);
    expect(sarifErrors(report)).toEqual([]);
    const [{ invocations, results }] = report.runs;
    expect(results).toHaveLength(6);
    expect(invocations[0].executionSuccessful).toBe(false);
    const notes = invocations[0].toolExecutionNotifications.filter(({ level }: { level: string }) => level === 'error');
    expect(
      notes.map(
        ({ locations }: { locations: { physicalLocation: { region: object } }[] }) =>
          locations[0]?.physicalLocation.region,
      ),
    ).toEqual(BAD.map(([, startLine]) => ({ startLine })));
  });

  test('in JUnit', async () => {
    const { out } = await run(check, [folder(FILES), '-o', 'junit']);
    expect(junitCases(out)).toHaveLength(11);
    expect(out).toContain('<testsuites name="zonewise" tests="11" failures="0" errors="4" time="0">');
    expect(out.match(/<error type="unusable-input"/g)).toHaveLength(4);
  });
});

test('audit and explain evaluate the rest after a bad file of the topology', async () => {
  const path = folder({ 'cluster.yaml': headless('web'), 'bad.yaml': 'kind: [\n' });
  const err = expect.stringMatching(/^zonewise: .*bad\.yaml:2: not YAML: [^\n]+\n$/);
  const audited = await run(audit, ['--topology', path, '-o', 'json']);
  expect(audited).toMatchObject({ exit: 2, err });
  expect(JSON.parse(audited.out)).toMatchObject({ findings: [{ object: { name: 'web' } }], errors: [{ line: 2 }] });
  const explained = await run(explain, ['web', '--topology', path, '-o', 'json']);
  expect(explained).toMatchObject({ exit: 2, err });
  expect(JSON.parse(explained.out)).toMatchObject({ services: [{ name: 'web' }], errors: [{ line: 2 }] });
});

const LOCAL = `kind: Service
metadata: { name: web }
spec: { ports: [{ port: 80 }], selector: { app: web }, internalTrafficPolicy: Local }
`;

const MALFORMED = `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-1, labels: { kubernetes.io/service-name: web } }
addressType: IPv4
endpoints: [{ addresses: 5 }]
`;

describe('a malformed object of --topology', () => {
  const problem =
    /web\.yaml:5: EndpointSlice default\/web-1: endpoints\[0\]\.addresses: expected a list of strings, found 5/;

  test('ends audit and explain, as the Service would seem to have no endpoints', async () => {
    const path = file(`${headless('web')}---\n${MALFORMED}`);
    await expect(run(audit, ['--topology', path])).rejects.toThrow(
      /EndpointSlice default\/web-1: endpoints\[0\]\.addresses/,
    );
    await expect(run(explain, ['web', '--topology', file(MALFORMED)])).rejects.toThrow(problem);
  });

  test('leaves check without a topology', async () => {
    const { exit, err, out } = await run(check, [file(LOCAL), '--topology', file(MALFORMED), '-o', 'json']);
    expect(exit).toBe(2);
    expect(err).toMatch(problem);
    expect(JSON.parse(out).skipped).toContainEqual(
      expect.objectContaining({ why: 'the topology given cannot be read' }),
    );
  });
});

test('check reports a malformed object beside the Services that it evaluates', async () => {
  const { exit, err } = await run(check, [
    file(`kind: Node\nmetadata: { name: n1 }\nstatus: 3\n---\n${headless('a')}`),
  ]);
  expect([exit, err]).toEqual([2, expect.stringMatching(/:3: Node n1: status: expected an object, found 3\n$/)]);
});

describe.each([
  ['missing', () => '/no/such.yaml', /no such file or folder/],
  ['a list', () => file('- 1\n'), /\S/],
  ['not YAML', () => file('kind: [\n'), /not YAML/],
  ['a folder without YAML', () => folder({ 'a.txt': '' }), /holds no \.yaml/],
  ['empty', () => file(''), /--topology holds no object/],
  ['null', () => file('null\n'), /\S/],
])('a topology that is %s', (_what, topology, problem) => {
  test('ends audit and explain with that error', async () => {
    await expect(run(audit, ['--topology', topology()])).rejects.toThrow(problem);
    await expect(run(explain, ['web', '--topology', topology()])).rejects.toThrow(problem);
  });

  test('leaves check without a topology, and --fix without a change', async () => {
    const text = headless('a');
    const path = file(text);
    const { exit, err, out } = await run(check, [path, '--topology', topology()]);
    expect([exit, err]).toEqual([2, expect.stringMatching(problem)]);
    expect(out).not.toContain('has no Nodes');
    await expect(run(check, [path, '--topology', topology(), '--fix'])).rejects.toThrow(problem);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('rejects what is not a text file', () => {
  test('a named pipe, in a folder and by name', async () => {
    const path = folder({ 'a.yaml': headless('a') });
    execFileSync('mkfifo', [join(path, 'pipe.yaml')]);
    const err = `zonewise: ${join(path, 'pipe.yaml')}: is a named pipe; expected a file, a folder, or - for standard input\n`;
    expect(await run(check, [path])).toMatchObject({ exit: 2, err, out: expect.stringContaining('default/a') });
    expect(await run(check, [join(path, 'pipe.yaml')])).toMatchObject({ exit: 2, err });
  });

  test('a socket', async () => {
    const path = folder({ 'a.yaml': headless('a') });
    const server = createServer().listen(join(path, 'socket.yaml'));
    try {
      await new Promise(resolve => server.once('listening', resolve));
      expect((await run(check, [path])).err).toContain('socket.yaml: is a socket; expected a file');
    } finally {
      server.close();
    }
  });

  test('a device', async () => {
    expect(await run(check, ['/dev/zero'])).toMatchObject({ exit: 2, err: expect.stringContaining('is a device') });
  });

  test('a dangling link, and a link to itself', async () => {
    const path = folder({ 'a.yaml': headless('a') });
    symlinkSync('nowhere', join(path, 'dangling.yaml'));
    symlinkSync('loop.yaml', join(path, 'loop.yaml'));
    const { exit, err } = await run(check, [path]);
    expect([exit, err]).toEqual([
      2,
      expect.stringMatching(
        /dangling\.yaml: cannot be read: no such file or folder\n.*loop\.yaml: cannot be read: its symbolic links form a loop\n$/,
      ),
    ]);
  });

  test('bytes that are not text', async () => {
    const path = join(folder({}), 'a.yaml');
    writeFileSync(path, Buffer.from([0x6b, 0xff, 0xfe]));
    expect(await run(check, [path])).toMatchObject({ exit: 2, err: `zonewise: ${path}: is not UTF-8 text\n` });
  });
});

test('does not follow a link to a folder, so that a loop ends', async () => {
  const path = folder({ 'a.yaml': headless('a') });
  symlinkSync('.', join(path, 'again'));
  symlinkSync('.', join(path, 'again.yaml'));
  expect(await run(check, [path])).toMatchObject({ exit: 0, out: expect.stringMatching(/\n1 Service checked/) });
});

test('reads UTF-16 with a byte order mark', async () => {
  const path = join(folder({}), 'a.yaml');
  writeFileSync(path, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(headless('a'), 'utf16le')]));
  expect((await run(check, [path])).out).toContain(':4 warn default/a');
});

test('reads the output of a command through a pipe of the shell', () => {
  const command = `"$0" src/main.ts check <(cat ${file(headless('a'))})`;
  const out = execFileSync('bash', ['-c', command, process.execPath], { cwd: ROOT, encoding: 'utf8' });
  expect(out).toMatch(/^\/dev\/fd\/\d+:4 warn default\/a/);
});

test('evaluates the published chart example whose text is indented like its key', async () => {
  const text = readFileSync('test/cli/multi-line-command.yaml', 'utf8');
  expect((await run(check, [file(text)])).out).toMatch(/:24 warn default\/agent/);
});

test('a Service whose name or value is a quoted template is a template', async () => {
  const named = file('kind: Service\nmetadata: { name: "{{ .Release.Name }}" }\n');
  const typed = file('kind: Service\nmetadata: { name: web }\nspec: { type: "{{ .Values.type }}" }\n');
  for (const path of [named, typed])
    expect((await run(check, [path])).err).toContain('a Helm template, not a manifest');
});
