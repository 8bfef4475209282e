// npm run build:executable [-- --arch x64|arm64] [--out FOLDER]: the single executable, kubectl-zonewise, for Linux, and the
// archive of a release.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { bundle } from './executable/bundle.ts';
import { writeExecutable } from './executable/inject.ts';
import { ARCHITECTURES, type Architecture, architectureOf, extractNode } from './executable/node-package.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..');

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { arch: { type: 'string' }, out: { type: 'string' } } });
  const architecture = architectureOf(values.arch ?? process.arch);
  const out = values.out ?? join(ROOT, 'dist/release');
  const work = join(out, `work-${architecture}`);
  const contents = join(out, `linux-${ARCHITECTURES[architecture]}`);
  for (const folder of [work, contents]) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  }
  const node = await extractNode(architecture, join(work, 'node'));
  const { main, licenses } = await bundle(ROOT, join(work, 'bundle'));
  const injection = { root: ROOT, architecture, main, node: node.binary, folder: work };
  await writeExecutable(injection, join(contents, 'kubectl-zonewise'));
  await copyFile(join(ROOT, 'bin/kubectl_complete-zonewise'), join(contents, 'kubectl_complete-zonewise'));
  await copyFile(join(ROOT, 'LICENSE'), join(contents, 'LICENSE'));
  const texts = [node.license, licenses, join(ROOT, 'dist/page/LICENSES.md')];
  const notices = await Promise.all(texts.map(path => readFile(path, 'utf8')));
  await writeFile(join(contents, 'THIRD-PARTY-LICENSES'), notices.join('\n\n'));
  console.log(await pack(contents, join(out, archiveName(await version(), architecture))));
  await rm(work, { recursive: true, force: true });
}

function archiveName(version: string, architecture: Architecture): string {
  return `kubectl-zonewise-v${version}-linux-${ARCHITECTURES[architecture]}.tar.gz`;
}

async function version(): Promise<string> {
  return JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')).version;
}

/** Nothing in the archive depends on the time or on the user. */
async function pack(contents: string, archive: string): Promise<string> {
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--mtime=@0'];
  const names = (await readdir(contents)).sort();
  await run('tar', [...owner, '--use-compress-program=gzip -n', '-cf', archive, '-C', contents, ...names]);
  return archive;
}

await main();
