import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { findAssets } from '../e2e/assets.ts';
import { endChild, spawnChild } from '../e2e/children.ts';
import type { ControlPlane } from '../e2e/control-plane.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

const CONFIG = 'apiVersion: zonewise.dev/v1alpha1\nkind: Config\nclientNodes: { minAge: 0s }\n';

/** Runs `zonewise ui --live` until the test ends, with new nodes as client nodes. Resolves with the URL it prints. */
export async function startUi(plane: ControlPlane): Promise<string> {
  const kubeconfig = `${plane.folder}/admin.kubeconfig`;
  const config = `${plane.folder}/zonewise.yaml`;
  writeFileSync(config, CONFIG);
  const args = [MAIN, 'ui', '--live', '--kubeconfig', kubeconfig, '--config', config, '--port', '0'];
  const child = spawnChild(process.execPath, args, { stdio: 'pipe' });
  onTestFinished(() => endChild(child));
  let output = '';
  return new Promise((resolve, reject) => {
    const hear = (text: string) => {
      output += text;
      const url = /http:\/\/localhost:\d+\//.exec(output);
      if (url) resolve(url[0]);
    };
    child.stdout?.setEncoding('utf8').on('data', hear);
    child.stderr?.setEncoding('utf8').on('data', hear);
    child.once('exit', code => reject(new Error(`zonewise ui ended with ${code}: ${output}`)));
  });
}

/** Runs the command in a shell, as a user who pastes it does. */
export async function shell(plane: ControlPlane, command: string): Promise<{ code: number; stderr: string }> {
  const found = await findAssets(['kubectl']);
  if (found.kind === 'missing') throw new Error(found.why);
  const env = {
    ...process.env,
    HOME: plane.folder,
    KUBECONFIG: `${plane.folder}/admin.kubeconfig`,
    PATH: `${dirname(found.assets.path('kubectl'))}:${process.env['PATH']}`,
  };
  const child = spawnChild('/bin/sh', ['-c', command], { env, stdio: 'pipe' });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise(resolve => child.once('close', code => resolve({ code: code ?? -1, stderr })));
}
