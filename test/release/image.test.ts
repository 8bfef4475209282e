import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { announceSkipped } from '../e2e/assets.ts';
import { endChild } from '../e2e/children.ts';
import { freePorts } from '../e2e/ports.ts';
import { eventually } from '../e2e/waiting.ts';
import { type Container, missingForChroot, runIn, spawnIn } from './chroot.ts';
import { type BuiltImage, buildImages } from './dockerfile.ts';
import { post, sampleReview } from './post.ts';
import { cloneCheckout, ROOT, WARNED } from './site.ts';

const missing = missingForChroot();
if (missing !== null) announceSkipped('the image (test/release/image.test.ts)', missing);

const NODE_IMAGE = /^ARG NODE_IMAGE=node:(\d+\.\d+\.\d+)-bookworm-slim@sha256:[0-9a-f]{64}$/m;

test('the Dockerfile names one image: the official one of Node, by digest, in the version of the tests', () => {
  const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
  expect(NODE_IMAGE.exec(text)?.[1]).toBe(packageJson.devDependencies.node);
  const bases = [...text.matchAll(/^FROM (?:--platform=\S+ )?(\S+)/gm)].map(([, base]) => base);
  expect(new Set(bases)).toEqual(new Set([`\${NODE_IMAGE}`, 'scratch']));
  expect(bases.at(-1)).toBe('scratch');
});

describe.skipIf(missing !== null)('built without a container engine,', () => {
  let folder = '';
  let images: ReadonlyMap<string, BuiltImage> = new Map();
  const image = (name: string): BuiltImage => images.get(name) ?? ({} as BuiltImage);
  const container = (): Container => ({ root: image('default').root, user: image('default').user });
  const zonewise = (...args: readonly string[]) => [...image('default').entrypoint, ...args];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'zonewise-image-'));
    chmodSync(folder, 0o755);
    const clone = cloneCheckout();
    try {
      rmSync(join(clone.folder, 'node_modules'));
      images = await buildImages({ context: clone.folder, folder: join(folder, 'stages'), complete: ['ci'] });
    } finally {
      clone.remove();
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe('the default image', () => {
    test('has an unprivileged user, and no shell, package manager, tests, sources or development packages', () => {
      const { root, user } = image('default');
      expect(user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      expect(
        readdirSync(root)
          .filter(name => !['proc', 'dev', 'work'].includes(name))
          .sort(),
      ).toEqual(['etc', 'lib', 'lib64', 'nodejs', 'usr', 'var', 'zonewise']);
      expect(readdirSync(join(root, 'nodejs/bin'))).toEqual(['node']);
      expect(readdirSync(join(root, 'usr'))).toEqual(['share']);
      expect(readdirSync(join(root, 'zonewise')).sort()).toEqual([
        'LICENSE',
        'dist',
        'node_modules',
        'package.json',
        'sample',
      ]);
      const packages = readdirSync(join(root, 'zonewise/node_modules'));
      expect(Object.keys(packageJson.devDependencies).filter(name => packages.includes(name))).toEqual([]);
    });

    test('reviews the sample as its user with a read-only root', async () => {
      const { code, stdout, stderr } = await runIn(container(), zonewise('demo'));
      expect([code, stdout.match(/^\$ kubectl apply/gm)?.length, stderr]).toEqual([0, 5, '']);
    });

    test('cannot write its files', async () => {
      const script = 'require("fs").writeFileSync("/zonewise/x", "")';
      const { code, stderr } = await runIn({ ...container(), user: '0:0' }, ['/nodejs/bin/node', '--eval', script]);
      expect([code, stderr]).toEqual([1, expect.stringContaining('EROFS')]);
    });

    test('looks names up, and knows its user and the libraries for scanners', async () => {
      const script =
        'require("dns").lookup("localhost", (_, at) => console.log(at, require("os").userInfo().username))';
      const { stdout, stderr } = await runIn(container(), ['/nodejs/bin/node', '--eval', script]);
      expect([stdout, stderr]).toEqual([expect.stringMatching(/^(127\.0\.0\.1|::1) nonroot\n$/), '']);
      const status = readFileSync(join(image('default').root, 'var/lib/dpkg/status.d/libc6'), 'utf8');
      expect(status).toMatch(/^Package: libc6\n(?:.*\n)*Version: /);
    });

    test('serves reviews by default, and stops on a signal', async () => {
      const [port = 0, ops = 0] = await freePorts(2);
      const args = [...image('default').command, '--port', String(port), '--ops-port', String(ops)];
      const server = spawnIn(container(), zonewise(...args));
      server.stdout?.resume();
      try {
        await eventually('readyz', async () => (await fetch(`http://127.0.0.1:${ops}/readyz`)).ok, {
          timeoutMs: 60_000,
        });
        const { response } = await post(port, sampleReview());
        expect(response.allowed).toBe(true);
        expect(response.warnings).toEqual([
          expect.stringMatching(/2 of 9 nodes have no endpoint .*\[local-policy-uncovered-nodes\]$/),
        ]);
      } finally {
        await endChild(server, 30_000);
      }
      expect(server.exitCode).toBe(0);
    });

    test('contains the built page', async () => {
      const page = spawnIn(container(), zonewise('ui', '--port', '0'));
      try {
        if (!page.stdout) throw new Error('no standard output');
        const [line] = (await once(createInterface(page.stdout), 'line')) as [string];
        const html = await (await fetch(line.replace('zonewise page: ', ''))).text();
        expect(html).toMatch(/<script [^>]*src="\.\/assets\//);
      } finally {
        await endChild(page);
      }
    });
  });

  describe('the image for pipelines', () => {
    interface GitlabJob {
      readonly image: string;
      readonly script: string;
      readonly artifacts: { readonly reports: { readonly junit: string } };
    }

    /** How the runner starts a shell in the job's image, which then reads the job's commands. */
    const SHELL = 'if [ -x /bin/bash ]; then exec /bin/bash; else exec /bin/sh; fi';

    test('runs the GitLab sample of docs/ci.md', async () => {
      const [, sample = ''] =
        /```yaml\n# \.gitlab-ci\.yml\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'docs/ci.md'), 'utf8')) ?? [];
      const { zonewise: job } = parse(sample) as { readonly zonewise: GitlabJob };
      expect(job.image).toMatch(/-ci$/);
      const work = join(folder, 'project');
      mkdirSync(join(work, 'deploy'), { recursive: true });
      writeFileSync(join(work, 'deploy/web.yaml'), WARNED);
      chmodSync(work, 0o777);
      const { root, user, entrypoint } = image('ci');
      const stdin = `set -eo pipefail\ncd /work\n${job.script}\n`;
      const ran = await runIn({ root, user, work }, [...entrypoint, 'sh', '-c', SHELL], stdin);
      expect(ran).toEqual({ code: 1, stdout: '', stderr: '' });
      const report = readFileSync(join(work, job.artifacts.reports.junit), 'utf8');
      expect(report).toContain('traffic-distribution-unused');
    });

    test('has the same program, and an unprivileged user', async () => {
      const { root, user, command } = image('ci');
      expect(user).toBe('1000:1000');
      const { code, stdout } = await runIn({ root, user }, command);
      expect([code, stdout]).toEqual([0, expect.stringContaining('zonewise help COMMAND')]);
    });
  });
});
