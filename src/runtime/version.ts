import { readBundledFile } from './bundled-files.ts';

/** The version of zonewise, from its package.json. */
export const VERSION: string = JSON.parse(readBundledFile('package.json').toString()).version;
