import { readBundledFolder } from '../../runtime/bundled-files.ts';
import { type Assets, assetsOf } from '../../ui/server/assets.ts';

const FOLDER = 'dist/page';

/** The built page. Throws InputError if it has not been built. */
export function builtPage(): Assets {
  return assetsOf(readBundledFolder(FOLDER), FOLDER);
}
