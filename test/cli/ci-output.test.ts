import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { audit } from '../../src/cli/audit.ts';
import { check } from '../../src/cli/check.ts';
import { junitCases } from '../report/junit/junit-schema.ts';
import { applyFix, runOf, sarifErrors } from '../report/sarif/sarif-schema.ts';
import { file, run } from './terminal.ts';

const STORIES = ['sample/stories.yaml', '--topology', 'sample/cluster.yaml'];

/** A Local policy that is invalid for ClusterIP, on line 7, and a mode with a distribution. */
const web = `apiVersion: v1
kind: Service
metadata:
  name: web
  annotations: { service.kubernetes.io/topology-mode: Auto }
spec:
  trafficDistribution: PreferClose
`;

describe('check -o sarif', () => {
  test('is valid for the sample and names every finding with its line', async () => {
    const { exit, out } = await run(check, [...STORIES, '-o', 'sarif']);
    expect(exit).toBe(0);
    expect(sarifErrors(JSON.parse(out))).toEqual([]);
    const { findings } = JSON.parse((await run(check, [...STORIES, '-o', 'json'])).out);
    const places = runOf(out).results.map(({ ruleId, locations: [{ physicalLocation }] }) => [
      ruleId,
      physicalLocation?.artifactLocation.uri,
      physicalLocation?.region.startLine,
    ]);
    expect(places).toEqual(findings.map((f: Record<string, unknown>) => [f['rule'], f['file'], f['line']]));
    expect(places.length).toBeGreaterThan(4);
  });

  test('holds fixes that remove their finding when they are applied by region', async () => {
    const text = readFileSync('sample/stories.yaml', 'utf8');
    const { results } = runOf((await run(check, [...STORIES, '-o', 'sarif'])).out);
    const fixable = results.filter(result => result.fixes);
    expect(fixable.length).toBeGreaterThan(2);
    for (const result of fixable) {
      const path = file(applyFix(text, result), 'stories.yaml');
      const after = runOf((await run(check, [path, ...STORIES.slice(1), '-o', 'sarif'])).out).results;
      const same = (other: (typeof results)[0]) =>
        other.ruleId === result.ruleId &&
        other.locations[0].logicalLocations[0].fullyQualifiedName ===
          result.locations[0].logicalLocations[0].fullyQualifiedName;
      expect(after.filter(same)).toEqual([]);
    }
  });

  test('refers to the fixed files after --fix', async () => {
    const path = file(web);
    const { out, err } = await run(check, [path, '--fix', '-o', 'sarif', '--fail-on', 'warn']);
    expect(err).toContain('fixed ');
    expect(runOf(out).results.filter(({ level }) => level !== 'note')).toEqual([]);
  });

  test('names standard input as stdin', async () => {
    const { out } = await run(check, ['-', '-o', 'sarif'], { stdin: `# Source: shop/templates/web.yaml\n${web}` });
    expect(sarifErrors(JSON.parse(out))).toEqual([]);
    expect(runOf(out).results[0]?.locations[0].physicalLocation?.artifactLocation).toEqual({ uri: 'stdin' });
  });

  test.each(['sarif', 'junit'])('-o %s does not change exit codes', async output => {
    const path = file(web);
    const exits = await Promise.all(
      ['info', 'warn', 'deny', 'never'].map(async level => {
        const codes = await Promise.all(
          ['text', output].map(async o => (await run(check, [path, '-o', o, '--fail-on', level])).exit),
        );
        expect(new Set(codes).size).toBe(1);
        return codes[0];
      }),
    );
    expect(exits).toEqual([1, 1, 0, 0]);
  });
});

test('check -o junit has one suite per file and one case per Service', async () => {
  const path = file(web);
  const { out } = await run(check, [path, ...STORIES, '-o', 'junit', '--fail-on', 'warn']);
  const cases = junitCases(out);
  expect(new Set(cases.map(({ suite }) => suite))).toEqual(new Set([path, 'sample/stories.yaml']));
  expect(cases.find(({ name }) => name === 'shop/cart')?.failureText).toMatch(/^sample\/stories\.yaml:\d+ warn /);
});

describe('audit', () => {
  const CLUSTER = ['--topology', 'sample/cluster.yaml'];

  test('-o sarif is valid, without files', async () => {
    const { out } = await run(audit, [...CLUSTER, '-o', 'sarif']);
    expect(sarifErrors(JSON.parse(out))).toEqual([]);
    const { results } = runOf(out);
    expect(results.length).toBeGreaterThan(0);
    expect(results.filter(({ locations: [{ physicalLocation }] }) => physicalLocation)).toEqual([]);
    expect(results.filter(({ fixes }) => fixes)).toEqual([]);
  });

  test('-o junit has one suite per namespace, including Services without findings', async () => {
    const { out } = await run(audit, [...CLUSTER, '-o', 'junit', '--fail-on', 'info']);
    const cases = junitCases(out);
    expect(new Set(cases.map(({ failure }) => failure === null))).toEqual(new Set([true, false]));
    expect(cases.every(({ suite, name }) => name.startsWith(`${suite}/`))).toBe(true);
  });
});

test('-o lists the formats for an unknown one', async () => {
  const path = relative('.', file(web));
  await expect(run(check, [path, '-o', 'xml'])).rejects.toThrow(
    '-o xml is not known; expected text, json, sarif or junit',
  );
});
