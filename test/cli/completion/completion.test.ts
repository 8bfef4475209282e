import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { completion } from '../../../src/cli/completion.ts';
import { folder, run } from '../terminal.ts';

const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;
const missing = ['bash', 'zsh'].filter(shell => !has(shell));
if (missing.length > 0) process.stderr.write(`SKIPPED completion scripts in ${missing.join(', ')}: not installed\n`);

/** A folder with files and a `zonewise` that prints `answer` and records its arguments. */
function site(answer: string): string {
  const path = folder({ 'web.yaml': '', 'notes.txt': '', 'deploy/a.yaml': '', answer });
  const program = join(path, 'zonewise');
  writeFileSync(program, `#!/bin/sh\nprintf '<%s>' "$@" > "${path}/asked"\ncat "${path}/answer"\n`);
  chmodSync(program, 0o755);
  return path;
}

interface Completed {
  readonly requested: string;
  readonly replies: readonly string[];
}

/** Calls the function as bash does: with COMP_LINE and COMP_POINT, and reads COMPREPLY. */
async function inBash(line: string, answer: string): Promise<Completed> {
  const path = site(answer);
  const { out: script } = await run(completion, ['bash']);
  const call = `PATH="${path}:$PATH"; COMP_LINE=$1 COMP_POINT=\${#1}; _zonewise; printf '%s\\n' "\${COMPREPLY[@]}"; echo; cat asked`;
  const out = execFileSync('bash', ['-c', `${script}\n${call}`, 'bash', line], { cwd: path, encoding: 'utf8' });
  const [replies = '', requested = ''] = out.split('\n\n');
  return { requested, replies: replies.split('\n').filter(reply => reply !== '') };
}

describe.skipIf(missing.includes('bash'))('bash', () => {
  test('passes every word, including the empty one after a blank, and drops the descriptions', async () => {
    expect(await inBash('zonewise check --fail-on ', 'info\tsay more\nwarn\n:4\n')).toEqual({
      requested: '<__complete><check><--fail-on><>',
      replies: ['info', 'warn'],
    });
    expect((await inBash('zonewise exp', 'explain\n:4\n')).requested).toBe('<__complete><exp>');
  });

  test('returns the part after = and :, which bash replaces', async () => {
    const edits = 'spec.type=ClusterIP\nspec.type=NodePort\n:4\n';
    expect(await inBash('zonewise explain --set spec.type=Cl', edits)).toEqual({
      requested: '<__complete><explain><--set><spec.type=Cl>',
      replies: ['ClusterIP'],
    });
    expect((await inBash('zonewise explain --set=spec.type=', edits)).replies).toEqual(['ClusterIP', 'NodePort']);
    expect((await inBash('zonewise check --output=j', 'json\n:4\n')).replies).toEqual(['json']);
  });

  test('offers folders and files with the given extensions, all files, or none', async () => {
    const manifests = await inBash('zonewise check ', 'yaml\nyml\njson\n:8\n');
    expect(manifests.replies.toSorted()).toEqual(['deploy', 'web.yaml']);
    expect((await inBash('zonewise audit --config n', ':0\n')).replies).toEqual(['notes.txt']);
    expect((await inBash('zonewise audit ', ':4\n')).replies).toEqual([]);
  });
});

describe.skipIf(missing.includes('zsh'))('zsh', () => {
  test('loads the script without errors', async () => {
    const { out } = await run(completion, ['zsh']);
    const { stderr, status } = spawnSync('zsh', ['-f', '-c', `autoload -Uz compinit; compinit -D; ${out}`], {
      encoding: 'utf8',
    });
    expect([stderr, status]).toEqual(['', 0]);
  });
});

test('rejects another shell', async () => {
  await expect(run(completion, ['fish'])).rejects.toThrow('expected completion bash, or completion zsh');
  await expect(run(completion, [])).rejects.toThrow('expected completion bash');
});
