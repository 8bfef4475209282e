import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { InputError } from '../../runtime/errors.ts';

export interface Asset {
  readonly body: Buffer;
  readonly type: string;
  /** Whether the name contains a hash of the content. */
  readonly hashed: boolean;
}

/** The built page, by URL path: `/`, `/assets/…`. */
export type Assets = ReadonlyMap<string, Asset>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/**
 * Reads the built page once, so that no request can reach a file outside the folder. Throws InputError if the folder
 * has no built page.
 */
export function readAssets(folder: string): Assets {
  const assets = new Map<string, Asset>();
  for (const path of pathsIn(folder)) {
    const type = TYPES[extname(path)];
    if (type === undefined) continue;
    const url = `/${path.split(sep).join('/')}`;
    const asset = { body: readFileSync(join(folder, path)), type, hashed: url.startsWith('/assets/') };
    assets.set(url === '/index.html' ? '/' : url, asset);
  }
  if (!assets.has('/')) throw new InputError('the page has not been built: run npm run build:page', { file: folder });
  return assets;
}

function pathsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry =>
        join(entry.parentPath, entry.name)
          .slice(folder.length)
          .replace(/^[\\/]/, ''),
      );
  } catch {
    return [];
  }
}
