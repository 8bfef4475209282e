import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../src/runtime/version.ts';
import { ROOT } from './render.ts';
import type { Result } from './result.ts';

/** Versions of everything that is measured, as pinned. */
export function findVersions(): Result['versions'] {
  const goMod = read('bench/peers/go/go.mod');
  return {
    zonewise: VERSION,
    node: process.versions.node,
    fastify: JSON.parse(read('package.json')).dependencies.fastify,
    go: goVersion(),
    controllerRuntime: pinOf(goMod, 'sigs.k8s.io/controller-runtime'),
    pepr: JSON.parse(read('bench/peers/pepr/package.json')).dependencies.pepr,
    kubernetes: pinOf(read('test/e2e/tools/kubernetes/go.mod'), 'k8s.io/kubernetes'),
  };
}

function pinOf(goMod: string, module: string): string {
  const line = goMod.split('\n').find(each => each.trim().replace('require ', '').startsWith(`${module} v`));
  return (
    line
      ?.trim()
      .split(' ')
      .find(word => /^v\d/.test(word)) ?? 'unknown'
  );
}

function goVersion(): string | null {
  try {
    return execFileSync('go', ['env', 'GOVERSION'], { encoding: 'utf8', cwd: join(ROOT, 'bench/peers/go') }).trim();
  } catch {
    return null;
  }
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
