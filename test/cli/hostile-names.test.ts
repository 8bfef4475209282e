import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { audit } from '../../src/cli/audit.ts';
import { check } from '../../src/cli/check.ts';
import type { Command } from '../../src/cli/command.ts';
import { explain } from '../../src/cli/explain.ts';
import { rules } from '../../src/cli/rules.ts';
import { snapshot } from '../../src/cli/snapshot.ts';
import { printable, safeOutput } from '../../src/report/printable.ts';
import { junitCases } from '../report/junit/junit-schema.ts';
import { folder, run } from './terminal.ts';

/** Terminal escapes, C1 controls, reversed text, line breaks, commands of CI systems. */
const ATTACKS = [
  '\u001b[35;41mred',
  '\u001b]0;title\u0007',
  '\u009b2J',
  '\u0000',
  '\u007f',
  '\r',
  '\u202eevil\u2066',
  '\nFORGED',
  '\r\n::error::FORGED',
  '\u2028FORGED',
  '::error file=x::FORGED',
  '  ::set-output name=x::FORGED',
  '##[error]FORGED',
  '##vso[task.setvariable variable=x]FORGED',
  '\u0085FORGED',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...ATTACKS), fc.constantFrom('web', 'Local', 'a=b', ' ')), {
    minLength: 1,
    maxLength: 3,
  })
  .map(parts => parts.join(''));

const BROKEN = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;

/** No character that a terminal obeys, no forged line, no command of a CI system. */
function expectHarmless(output: string, what: string): void {
  for (const line of output.split('\n')) {
    expect(BROKEN.test(line.replaceAll('\t', '')), `${what}: ${JSON.stringify(line)}`).toBe(false);
    expect(/^\s*(::|FORGED)|##\w*\[/.test(line), `${what}: ${JSON.stringify(line)}`).toBe(false);
  }
}

/** A cluster in which every text is hostile that a manifest can set. */
function objects(t: readonly string[]): string {
  const text = (i: number) => t[i % t.length] ?? '';
  const metadata = { name: `web${text(0)}`, namespace: `shop${text(1)}` };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      ...metadata,
      labels: { [text(2)]: text(3) },
      annotations: {
        'service.kubernetes.io/topology-mode': text(4),
        'zonewise.dev/ignore': text(5),
        'zonewise.dev/ignore-until': text(6),
        'zonewise.dev/client-nodes': text(7),
        [`zonewise.dev/${text(8)}`]: text(9),
      },
    },
    spec: {
      selector: { app: text(0) },
      type: 'LoadBalancer',
      ports: [{ name: text(1), port: 80, protocol: 'TCP', [text(2)]: 1 }],
      internalTrafficPolicy: 'Local',
      externalTrafficPolicy: 'Local',
      trafficDistribution: text(3),
      sessionAffinity: text(4),
      loadBalancerSourceRanges: [text(5)],
      [text(6)]: text(7),
    },
    status: { loadBalancer: { ingress: [{ ip: '203.0.113.7', hostname: text(8) }] } },
  };
  const node = (name: string) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'topology.kubernetes.io/zone': `zone${text(9)}` } },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      ...metadata,
      labels: {
        'kubernetes.io/service-name': metadata.name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
    },
    addressType: 'IPv4',
    ports: [{ name: text(1), port: 80, protocol: 'TCP' }],
    endpoints: [
      {
        addresses: [`10.0.0.1${text(2)}`],
        nodeName: `n1${text(3)}`,
        zone: text(4),
        hints: { forZones: [{ name: text(5) }] },
      },
    ],
  };
  return JSON.stringify({ kind: 'List', items: [service, node(`n1${text(3)}`), node(`n2${text(6)}`), slice] });
}

async function outputOf(command: Command, args: readonly string[], colour: boolean): Promise<string> {
  const ran = await run(command, args, { colour }).catch(error => ({
    out: '',
    err: safeOutput(`zonewise: ${printable(error.message)}\n`, { colour: false }),
  }));
  // Our own colours.
  return `${ran.out}\n${ran.err}`.replaceAll(/\p{Cc}\[(?:0|1|2|22|3[1236]|39)m/gu, '');
}

test('no text of an object, a file or an argument reaches the output raw, in any command and format', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { minLength: 10, maxLength: 10 }), fc.boolean(), async (texts, colour) => {
      const fileName = `web${(texts[0] ?? '').replaceAll(/[/\0]/g, '')}.yaml`;
      const path = folder({ 'broken.yaml': `kind: Service\nmetadata: { name: ${JSON.stringify(texts[1])}, x: [` });
      const file = join(path, fileName);
      writeFileSync(file, objects(texts));
      const cluster = ['--topology', file];
      const name = texts[2] ?? '';
      const calls: readonly (readonly [Command, readonly string[]])[] = [
        ...['text', 'json', 'sarif', 'junit'].flatMap(
          format =>
            [
              [check, [path, ...cluster, '-o', format]],
              [audit, ['--topology', path, '-o', format]],
            ] as const,
        ),
        [check, [path, '--fix', '--dry-run']],
        [check, [join(path, name.replaceAll('\0', ''))]],
        [check, [file, '--config', name.replaceAll('\0', '')]],
        [check, [file, `--${name}`]],
        [explain, ['--all', ...cluster]],
        [explain, ['--all', ...cluster, '--nodes', '-n', name]],
        [explain, ['--all', '--topology', path, '-o', 'json']],
        [explain, [name, ...cluster]],
        [explain, ['--all', ...cluster, '--set', `spec.${name}=${name}`]],
        [rules, [name]],
        [snapshot, ['-o', '-', '-n', name, '--kubeconfig', '/none']],
      ];
      for (const [command, args] of calls)
        expectHarmless(await outputOf(command, args, colour), `${command.name} ${args.join(' ')}`);
    }),
    { numRuns: 15 },
  );
}, 120_000);

describe('an escaped output keeps its meaning', () => {
  test('JSON is equal after parsing', () => {
    const value = { '::error::': ATTACKS, '##[x]': '##vso[y' };
    expect(JSON.parse(safeOutput(JSON.stringify(value, null, 2), { colour: false }))).toEqual(value);
  });

  test('JUnit is valid', async () => {
    const path = folder({ 'web.json': objects(ATTACKS) });
    // It throws for invalid XML.
    expect(junitCases((await run(check, [path, '-o', 'junit'])).out)).not.toEqual([]);
  });

  test('ordinary text does not change', () => {
    const text = 'a: b\n\tc::d # ü 👩‍💻\r\n+ x\n';
    expect(safeOutput(text, { colour: false })).toBe(text);
  });

  test('own colours stay on a terminal, and only there', () => {
    expect(safeOutput('\u001b[1mx\u001b[22m', { colour: true })).toBe('\u001b[1mx\u001b[22m');
    expect(safeOutput('\u001b[1mx', { colour: false })).toBe('\\u001b[1mx');
    expect(safeOutput('\u001b[2Jx', { colour: true })).toBe('\\u001b[2Jx');
  });
});
