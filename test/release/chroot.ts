import { type ChildProcess, execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CommandResult, runChild, spawnChild } from '../e2e/children.ts';

/** The variables that an engine sets if the image does not. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The image's files are mounted as in a container, with /proc and /dev. */
const ENTER = `
root=$1 mode=$2 user=$3 work=$4; shift 4
mount --bind -o "$mode" "$root" "$root" && mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" || exit 125
if [ -n "$work" ]; then mount --bind "$work" "$root/work" || exit 125; fi
exec chroot --userspec="$user" "$root" "$@"
`;

export interface Container {
  /** Folder with the file system of the image. */
  readonly root: string;
  readonly user: string;
  /** A folder that the container may write, as /work. */
  readonly work?: string;
  /** Mounts the image's files with write access, as in a build. */
  readonly isWritable?: boolean;
}

/** Why a root file system cannot be entered here; `null` if it can. */
export function missingForChroot(): string | null {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid?.() !== 0) return 'only root can enter a root file system';
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
    execFileSync('dpkg-query', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'it needs the permission to make a mount namespace, and Debian libraries as in the image';
  }
}

export function runIn(container: Container, command: readonly string[], stdin = ''): Promise<CommandResult> {
  const [program, args] = entering(container, command);
  return runChild(program, args, { env: { PATH }, stdin });
}

export function spawnIn(container: Container, command: readonly string[]): ChildProcess {
  const [program, args] = entering(container, command);
  return spawnChild(program, args, { env: { PATH }, stdio: ['ignore', 'pipe', 'ignore'] });
}

function entering(
  { root, user, work = '', isWritable = false }: Container,
  command: readonly string[],
): [string, readonly string[]] {
  for (const name of ['proc', 'dev', 'work', 'etc']) mkdirSync(join(root, name), { recursive: true });
  // An engine writes it, whatever the image has.
  writeFileSync(join(root, 'etc/hosts'), '127.0.0.1 localhost\n');
  const script = ['sh', '-c', ENTER, 'enter', root, isWritable ? 'rw' : 'ro', user, work];
  return ['unshare', ['--mount', '--propagation', 'private', ...script, ...command]];
}

/** Node, a shell and a few programs of this machine, in place of a Debian image with Node. */
export function writeDebianWithNode(root: string): void {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name));
  }
  const programs = ['sh', 'bash', 'env', 'ln', 'cat', 'mkdir', 'id', 'ls'].map(name => `/usr/bin/${name}`);
  for (const program of programs) copyProgram(program, join(root, program));
  mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
  copyProgram(process.execPath, join(root, 'usr/local/bin/node'));
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/bash\nnode:x:1000:1000::/home/node:/bin/bash\n');

  function copyProgram(from: string, to: string): void {
    copyFileSync(from, to);
    const libraries = execFileSync('ldd', [from], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
    for (const library of libraries) {
      mkdirSync(join(root, dirname(library)), { recursive: true });
      copyFileSync(library, join(root, library));
    }
  }
}
