import { execFile } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface BuiltImage {
  /** Folder with the file system of the final stage. */
  readonly root: string;
  readonly workdir: string;
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

interface Stage {
  readonly name: string;
  readonly root: string;
  workdir: string;
  user: string;
  entrypoint: readonly string[];
  command: readonly string[];
}

/**
 * Builds a Dockerfile without a container engine: each stage is a folder below `folder`, COPY copies, and RUN runs the
 * command in the stage's working folder with this machine's tools. Throws on an instruction that the project's file
 * does not use.
 */
export async function buildImage(context: string, folder: string): Promise<BuiltImage> {
  const stages: Stage[] = [];
  for (const { instruction, rest } of instructions(await readFile(join(context, 'Dockerfile'), 'utf8'))) {
    if (instruction === 'FROM') {
      const name = / AS (\S+)$/.exec(rest)?.[1] ?? String(stages.length);
      stages.push({ name, root: join(folder, name), workdir: '/', user: 'root', entrypoint: [], command: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (stage) await execute(stage, { instruction, rest }, { context, stages });
    else if (instruction !== 'ARG') throw new Error(`${instruction} before the first FROM`);
  }
  const last = stages.at(-1);
  if (!last) throw new Error('no stage');
  return last;
}

interface Instruction {
  readonly instruction: string;
  readonly rest: string;
}

function instructions(text: string): readonly Instruction[] {
  return text
    .split('\n')
    .filter(line => line.trim() !== '' && !line.startsWith('#'))
    .map(line => {
      const [instruction = '', ...rest] = line.split(' ');
      return { instruction, rest: rest.join(' ') };
    });
}

interface BuildContext {
  readonly context: string;
  readonly stages: readonly Stage[];
}

async function execute(stage: Stage, { instruction, rest }: Instruction, context: BuildContext): Promise<void> {
  const workdir = join(stage.root, stage.workdir);
  switch (instruction) {
    case 'WORKDIR':
      stage.workdir = rest;
      await mkdir(join(stage.root, rest), { recursive: true });
      return;
    case 'COPY':
      return copy(rest, workdir, context);
    case 'RUN':
      await run('sh', ['-c', rest], { cwd: workdir, maxBuffer: 64 * 1024 * 1024 });
      return;
    case 'USER':
      stage.user = rest;
      return;
    case 'ENTRYPOINT':
      stage.entrypoint = JSON.parse(rest);
      return;
    case 'CMD':
      stage.command = JSON.parse(rest);
      return;
    case 'EXPOSE':
      return;
    default:
      throw new Error(`the Dockerfile uses ${instruction}, which this test does not know`);
  }
}

async function copy(rest: string, workdir: string, { context, stages }: BuildContext): Promise<void> {
  const [, from, paths = rest] = /^--from=(\S+) (.*)$/.exec(rest) ?? [];
  const sources = paths.split(' ');
  const target = sources.pop() ?? '.';
  const root = from === undefined ? context : stages.find(stage => stage.name === from)?.root;
  if (root === undefined) throw new Error(`COPY from the unknown stage ${from}`);
  const many = sources.length > 1 || target.endsWith('/');
  for (const source of sources) {
    const to = many ? join(workdir, target, basename(source)) : join(workdir, target);
    await cp(join(root, source), to, { recursive: true, verbatimSymlinks: true });
  }
}
