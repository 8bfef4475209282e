import { defineConfig } from 'vite';

/** Builds the topology page into dist/page. Nothing inline, so that a strict Content-Security-Policy holds. */
export default defineConfig({
  root: 'src/ui/client',
  base: './',
  build: {
    outDir: '../../../dist/page',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'LICENSES.md' },
  },
});
