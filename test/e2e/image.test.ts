import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { announceSkipped } from './assets.ts';
import type { BuiltImage } from './dockerfile.ts';
import { buildImage } from './dockerfile.ts';
import { freePorts } from './ports.ts';
import { eventually } from './waiting.ts';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
const root = process.getuid?.() === 0;
if (!root) announceSkipped('the unprivileged user of the image test', 'only root can become another user');

/** The project's own Node 24, which the runtime image also has. */
const NODE = process.execPath;

describe('the image, built without a container engine', () => {
  let folder = '';
  let image: BuiltImage;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'zonewise-image-'));
    chmodSync(folder, 0o755);
    // A clone, so that only committed or staged files are built.
    const clone = join(folder, 'context');
    execFileSync('git', ['clone', '-q', '--no-hardlinks', CHECKOUT, clone]);
    image = await buildImage(clone, join(folder, 'stages'));
    readOnly(image.root);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const as = (): { uid?: number; gid?: number } => {
    const [uid, gid] = image.user.split(':').map(Number);
    return root && uid !== undefined && gid !== undefined ? { uid, gid } : {};
  };

  const entry = (): string => {
    return join(image.root, image.entrypoint.at(-1) ?? '');
  };

  test('runs as an unprivileged user', () => {
    expect(image.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(image.entrypoint[0]).toMatch(/\/node$/);
  });

  test('contains no tests, no sources and no development dependency', () => {
    const work = join(image.root, image.workdir);
    expect(readdirSync(work).sort()).toEqual(['LICENSE', 'dist', 'node_modules', 'package.json', 'sample']);
    const { devDependencies } = JSON.parse(readFileSync(join(work, 'package.json'), 'utf8'));
    const installed = readdirSync(join(work, 'node_modules'));
    expect(Object.keys(devDependencies).filter(name => installed.includes(name))).toEqual([]);
  });

  test('runs the demo as that user, in a read-only tree', () => {
    const out = execFileSync(NODE, [entry(), 'demo'], { ...as(), cwd: '/', encoding: 'utf8', env: {} });
    expect(out.match(/^\$ kubectl apply/gm)).toHaveLength(5);
  });

  test('serves by default and stops on a signal', async () => {
    const [port = 0, ops = 0] = await freePorts(2);
    const args = [entry(), ...image.command, '--port', String(port), '--ops-port', String(ops)];
    const server = spawn(NODE, args, { ...as(), cwd: '/', env: {}, stdio: 'ignore' });
    const ended = new Promise<number | null>(resolve => server.on('exit', code => resolve(code)));
    try {
      await eventually(
        'readyz',
        () =>
          fetch(`http://127.0.0.1:${ops}/readyz`).then(
            r => r.ok,
            () => false,
          ),
        {
          enough: ok => ok,
          timeoutMs: 30_000,
        },
      );
    } finally {
      server.kill('SIGTERM');
    }
    expect(await ended).toBe(0);
  });

  test('contains the built UI', async () => {
    const page = spawn(NODE, [entry(), 'ui', '--port', '0'], { ...as(), cwd: '/', env: {} });
    try {
      const [line] = (await once(createInterface(page.stdout), 'line')) as [string];
      const html = await (await fetch(line.replace('zonewise page: ', ''))).text();
      expect(html).toMatch(/<script [^>]*src="\.\/assets\//);
    } finally {
      page.kill('SIGTERM');
    }
    expect(await once(page, 'exit')).toEqual([0, null]);
  });
});

function readOnly(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return;
  if (stat.isDirectory()) for (const name of readdirSync(path)) readOnly(join(path, name));
  chmodSync(path, stat.mode & ~0o222);
}
