import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { runIn, writeDebianWithNode } from './chroot.ts';

const run = promisify(execFile);

export interface BuiltImage {
  /** Folder with the file system of the stage. */
  readonly root: string;
  readonly workdir: string;
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

interface Stage extends BuiltImage {
  readonly name: string;
  /** Whether its root file system is one that can be entered. */
  readonly isComplete: boolean;
  workdir: string;
  user: string;
  entrypoint: readonly string[];
  command: readonly string[];
}

export interface Build {
  /** Folder with the Dockerfile. */
  readonly context: string;
  /** For the stages. */
  readonly folder: string;
  /** Stages that start with Node and a shell of this machine, and run their commands in there. */
  readonly complete: readonly string[];
}

/**
 * Builds a Dockerfile without a container engine: each stage is a folder, COPY copies, and RUN runs the command in the
 * stage's working folder with this machine's tools. Returns all stages; the last one is the default. Throws on an
 * instruction that the project's file does not use.
 */
export async function buildImages({ context, folder, complete }: Build): Promise<ReadonlyMap<string, BuiltImage>> {
  const stages: Stage[] = [];
  for (const { instruction, rest } of instructions(await readFile(join(context, 'Dockerfile'), 'utf8'))) {
    const stage = stages.at(-1);
    if (instruction === 'FROM') {
      const name = / AS (\S+)$/.exec(rest)?.[1] ?? 'default';
      stages.push(await startStage(name, join(folder, name), complete.includes(name)));
    } else if (stage) await execute(stage, { instruction, rest }, { context, stages });
    else if (instruction !== 'ARG') throw new Error(`${instruction} before the first FROM`);
  }
  return new Map(stages.map(stage => [stage.name, stage]));
}

async function startStage(name: string, root: string, isComplete: boolean): Promise<Stage> {
  await mkdir(root, { recursive: true });
  if (isComplete) writeDebianWithNode(root);
  return { name, root, isComplete, workdir: '/', user: 'root', entrypoint: [], command: [] };
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
  switch (instruction) {
    case 'WORKDIR':
      stage.workdir = rest;
      await mkdir(join(stage.root, rest), { recursive: true });
      return;
    case 'COPY':
      return copy(rest, stage, context);
    case 'RUN':
      return runCommand(rest, stage);
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

async function runCommand(command: string, { root, workdir, isComplete }: Stage): Promise<void> {
  if (!isComplete) {
    await run('sh', ['-c', command], { cwd: join(root, workdir), maxBuffer: 64 * 1024 * 1024 });
    return;
  }
  const container = { root, user: '0:0', isWritable: true };
  const { code, stderr } = await runIn(container, ['sh', '-c', `cd ${workdir} && ${command}`]);
  if (code !== 0) throw new Error(`RUN ${command} ended with ${code}: ${stderr}`);
}

/** As in Docker, the content of a folder is copied, and a file into a target that is a folder. */
async function copy(rest: string, stage: Stage, { context, stages }: BuildContext): Promise<void> {
  const [, from, paths = rest] = /^--from=(\S+) (.*)$/.exec(rest) ?? [];
  const sources = paths.split(' ');
  const target = sources.pop() ?? '.';
  const root = from === undefined ? context : stages.find(({ name }) => name === from)?.root;
  if (root === undefined) throw new Error(`COPY from the unknown stage ${from}`);
  const to = join(stage.root, target.startsWith('/') ? '' : stage.workdir, target);
  const intoFolder = sources.length > 1 || target.endsWith('/');
  for (const source of sources) {
    const path = join(root, source);
    const isFile = (await stat(path)).isFile();
    await cp(path, isFile && intoFolder ? join(to, basename(source)) : to, { recursive: true, verbatimSymlinks: true });
  }
}
