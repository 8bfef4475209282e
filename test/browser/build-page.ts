import { join } from 'node:path';
import { build } from 'vite';

/** Builds the UI, so that the suite tests the files that are shipped. */
export default async function buildPage(): Promise<void> {
  const root = join(import.meta.dirname, '../..');
  await build({ configFile: join(root, 'vite.config.ts'), root: join(root, 'src/ui/client'), logLevel: 'warn' });
}
