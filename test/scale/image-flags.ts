import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const DOCKERFILE = fileURLToPath(new URL('../../Dockerfile', import.meta.url));

/** Node's flags in the image, so that the measured process runs like the shipped one. */
export function imageFlags(): readonly string[] {
  const [, entrypoint = '[]'] = /^ENTRYPOINT (.*)$/m.exec(readFileSync(DOCKERFILE, 'utf8')) ?? [];
  return (JSON.parse(entrypoint) as string[]).filter(word => word.startsWith('--'));
}
