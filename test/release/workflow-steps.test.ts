import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { type CommandResult, runChild } from '../e2e/children.ts';
import { type Clone, cloneCheckout, ENV, ROOT } from './site.ts';

interface Step {
  readonly name?: string;
  readonly run?: string;
}

const { jobs }: { readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>> } = parse(
  readFileSync(join(ROOT, '.github/workflows/release.yml'), 'utf8'),
);
const { version } = packageJson;
const TAG = `v${version}`;
/** The files that earlier jobs leave for the last one. */
const ARTIFACTS = [
  ...['x64/amd64', 'arm64/arm64'].map(pair => {
    const [job, architecture] = pair.split('/');
    return `executable-${job}/kubectl-zonewise-${TAG}-linux-${architecture}.tar.gz`;
  }),
  `package/zonewise-${version}.tgz`,
  'package/zonewise.cdx.json',
  `chart/zonewise-${version}.tgz`,
];

describe('the scripts of the release, run as GitHub does', () => {
  let clone: Clone;

  beforeAll(() => {
    clone = cloneCheckout();
    const changelog = join(clone.folder, 'CHANGELOG.md');
    const released = readFileSync(changelog, 'utf8').replace('## [Unreleased]', `## [${version}] - 2026-01-01`);
    writeFileSync(changelog, released);
    for (const path of ARTIFACTS) {
      mkdirSync(join(clone.folder, 'artifacts', dirname(path)), { recursive: true });
      writeFileSync(join(clone.folder, 'artifacts', path), `content of ${path}`);
    }
  });

  afterAll(() => clone.remove());

  function step(job: string, name: string, env: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
    const script = jobs[job]?.steps.find(one => one.name === name)?.run;
    if (script === undefined) throw new Error(`${job} has no step ${name}`);
    const github = { GITHUB_REF_NAME: TAG, GITHUB_REPOSITORY: 'Example/zonewise', ...env };
    const options = { cwd: clone.folder, env: { ...ENV, ...github } };
    return runChild('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], options);
  }

  test('compare the tag with the version', async () => {
    const name = 'Compare the tag with package.json, and read the changelog';
    expect(await step('test', name, { TAG })).toMatchObject({ code: 0, stdout: expect.stringContaining('### Added') });
    expect(await step('test', name, { TAG: 'v9.9.9' })).toMatchObject({ code: 1, stdout: '' });
  });

  test('name the image in lower case', async () => {
    const output = join(clone.folder, 'output');
    expect((await step('image', 'Name the image', { GITHUB_OUTPUT: output })).code).toBe(0);
    const image = 'ghcr.io/example/zonewise';
    expect(readFileSync(output, 'utf8')).toBe(`image=${image}\ntag=${image}:${version}\n`);
  });

  test('collect the files with checksums, a krew manifest for both architectures, and notes', async () => {
    const ran = await step('publish', 'Collect the files, the krew manifest, checksums and notes');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const release = join(clone.folder, 'release');
    const archives = ['amd64', 'arm64'].map(architecture => `kubectl-zonewise-${TAG}-linux-${architecture}.tar.gz`);
    const packages = [`zonewise-chart-${version}.tgz`, `zonewise-npm-${version}.tgz`];
    const expected = ['SHA256SUMS', ...archives, ...packages, 'zonewise.cdx.json', 'zonewise.yaml'];
    expect(readdirSync(release).sort()).toEqual(expected.sort());
    const checked = await runChild('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: release, env: ENV });
    expect([checked.code, checked.stdout.match(/: OK$/gm)?.length]).toEqual([0, expected.length - 1]);
    const { platforms } = parse(readFileSync(join(release, 'zonewise.yaml'), 'utf8')).spec;
    const base = `https://github.com/Example/zonewise/releases/download/${TAG}`;
    expect(platforms).toMatchObject(
      archives.map(name => ({
        uri: `${base}/${name}`,
        sha256: createHash('sha256')
          .update(readFileSync(join(release, name)))
          .digest('hex'),
      })),
    );
    expect(readFileSync(join(clone.folder, 'notes.md'), 'utf8')).toMatch(/^Nothing has been|^### /);
  });
});
