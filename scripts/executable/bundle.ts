import { join } from 'node:path';
import { build, type Plugin } from 'vite';
import { GENERATED_CLIENTS_PATH, STUB_SOURCE } from '../../src/kube/client/client-node.ts';

export interface Bundle {
  /** The path of one CommonJS file with everything that main.ts imports. A module runs at its first import(). */
  readonly main: string;
  /** The path of the licences of its packages. */
  readonly licenses: string;
}

/** Does when the package is bundled what client-node.ts does when it imports the package. */
const stubGeneratedClients: Plugin = {
  name: 'stub-generated-clients',
  enforce: 'pre',
  load: id => (id.endsWith(GENERATED_CLIENTS_PATH) ? STUB_SOURCE : null),
};

/** Bundles the checkout in `root` into `folder`. */
export async function bundle(root: string, folder: string): Promise<Bundle> {
  const names = { main: 'main.cjs', licenses: 'LICENSES.md' };
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    plugins: [stubGeneratedClients],
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: 'src/main.ts',
      outDir: folder,
      emptyOutDir: true,
      target: 'node24',
      license: { fileName: names.licenses },
      rolldownOptions: { output: { format: 'cjs', entryFileNames: names.main, codeSplitting: false } },
    },
  });
  return { main: join(folder, names.main), licenses: join(folder, names.licenses) };
}
