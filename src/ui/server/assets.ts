import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { InputError } from '../../runtime/errors.ts';

export interface Asset {
  readonly body: Buffer;
  readonly type: string;
  /** Its name changes with its content. */
  readonly hashed: boolean;
}

/** The built page, by path of its address: `/`, `/assets/…`. */
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
 * Reads a built page once: nothing that is not in the folder now can ever be asked for. Throws InputError where there is
 * none.
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
  if (!assets.has('/'))
    throw new InputError('the page has not been built: npm run build:page builds it', { file: folder });
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
