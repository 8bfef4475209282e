import { fileURLToPath } from 'node:url';

/** Where the page is built to. The package's own folder is two up, from src/cli as from dist/cli. */
export const BUILT_PAGE = fileURLToPath(new URL('../../../dist/page', import.meta.url));
