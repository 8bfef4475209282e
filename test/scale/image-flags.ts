import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const DOCKERFILE = fileURLToPath(new URL('../../Dockerfile', import.meta.url));

/** Node's flags in the webhook's image, the last stage, so that the measured process runs like the shipped one. */
export function imageFlags(): readonly string[] {
  const [, entrypoint = '[]'] = [...readFileSync(DOCKERFILE, 'utf8').matchAll(/^ENTRYPOINT (.*)$/gm)].at(-1) ?? [];
  const flags = (JSON.parse(entrypoint) as string[]).filter(word => word.startsWith('--'));
  if (flags.length === 0) throw new Error("the last ENTRYPOINT of the Dockerfile has none of Node's flags");
  return flags;
}
