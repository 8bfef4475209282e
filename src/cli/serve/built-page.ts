import { fileURLToPath } from 'node:url';

/** The folder of the built page. The path is the same from src/cli/serve and dist/cli/serve. */
export const BUILT_PAGE = fileURLToPath(new URL('../../../dist/page', import.meta.url));
