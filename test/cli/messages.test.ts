import { describe, expect, test } from 'vitest';
import { audit } from '../../src/cli/audit.ts';
import { check } from '../../src/cli/check.ts';
import { config } from '../../src/cli/config.ts';
import { explain } from '../../src/cli/explain.ts';
import { file, run } from './terminal.ts';

const SAMPLE = ['--topology', 'sample/cluster.yaml'];
const web = 'sample/stories.yaml';

describe('a message names the flag and shows the whole value, quoted if it is not plain', () => {
  test.each([
    ['--pod-lost nope', ['--pod-lost', 'nope'], /^--pod-lost nope: no endpoint has this address/],
    ['a list with a gap', ['--rollout', 'deploy/web@'], /^--rollout deploy\/web@: expected addresses of Pods/],
    [
      'another list with a gap',
      ['--scale', 'deploy/web=2@x,'],
      /^--scale deploy\/web=2@x,: expected addresses of Pods/,
    ],
    [
      'one workload twice',
      ['--scale', 'deploy/web=1', '--scale', 'shop/deploy/web=2'],
      /^--scale deploy\/web=1 and --scale shop\/deploy\/web=2: expected one for each workload$/,
    ],
    ['a line break', ['--zone-down', 'a\nb'], /^--zone-down "a\\nb": no node is in this zone/],
    ['no field', ['--set', '=x'], /^--set =x: expected spec\.FIELD=VALUE/],
  ])('%s', async (_what, flags, message) => {
    await expect(run(explain, ['shop/web', ...SAMPLE, ...flags])).rejects.toThrow(message);
  });

  test.each([
    ['a level', ['--fail-on', 'a\nb'], /^--fail-on "a\\nb" is not known; expected info/],
    ['an option', ['--a\nb'], /^Unknown option "--a\\nb"; see zonewise audit --help/],
    ['a name', ['svc/a\nb'], /^"svc\/a\\nb" is not a NAMESPACE\/NAME, svc\/NAME or NAME$/],
    ['advice in SARIF', ['--advise', '-o', 'sarif'], /^--advise goes with -o text or json, not with -o sarif$/],
    [
      'a future version',
      ['--kubernetes-version', '1.99'],
      /1\.99 is newer than this zonewise knows; expected 1\.28 to 1\.37/,
    ],
  ])('%s', async (_what, flags, message) => {
    await expect(run(audit, [...flags, ...SAMPLE])).rejects.toThrow(message);
  });

  test('advice in JUnit', async () => {
    await expect(run(check, [web, '--advise', '-o', 'junit'])).rejects.toThrow('not with -o junit');
  });

  test('a kind that zonewise does not explain', async () => {
    await expect(run(explain, ['pod/web', '-n', 'shop', ...SAMPLE])).rejects.toThrow(
      '"pod/web": "pod" is not a kind that zonewise reads; expected svc/NAME or NAMESPACE/NAME',
    );
  });

  test('standard input as a configuration', async () => {
    await expect(run(config, ['check', '-'])).rejects.toThrow('config check does not read standard input');
  });
});

test('a scenario for Pods of another Service says that it has no effect', async () => {
  const { out } = await run(explain, ['shop/web', ...SAMPLE, '--scale', 'shop/deploy/cart=3']);
  expect(out).toContain('the scale of deployment/cart has no effect: this Service selects none of its Pods');
});

test('a file that is given twice names each skipped rule once', async () => {
  const path = file(
    'kind: Service\nmetadata: { name: a }\nspec: { ports: [{ port: 80 }], internalTrafficPolicy: Local }\n',
  );
  const { out } = await run(check, [path, path]);
  const [, ids = ''] = /^skipped for .*\((.*)\)$/m.exec(out) ?? [];
  expect(ids).not.toBe('');
  expect(ids.split(', ')).toEqual([...new Set(ids.split(', '))]);
});
