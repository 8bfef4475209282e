import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ServiceExplanation } from '../../../src/topology/explain.ts';
import type { Snapshot } from '../topologies/snapshot.ts';

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

/** Output of `zonewise explain --all` for the snapshot, read from a file as kubectl writes it. */
export async function explainByCommand(snapshot: Snapshot, folder: string): Promise<readonly ServiceExplanation[]> {
  const file = join(folder, 'cluster.json');
  await writeFile(file, snapshot.text);
  const args = ['explain', '--all', '--topology', file, '--kubernetes-version', '1.37', '-o', 'json'];
  const options = { maxBuffer: 256 << 20, timeout: 60_000 };
  const { stdout } = await run(process.execPath, [MAIN, ...args], options);
  return (JSON.parse(stdout) as { services: readonly ServiceExplanation[] }).services;
}
