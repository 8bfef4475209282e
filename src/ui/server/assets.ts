import { extname } from 'node:path';
import { filesIn } from '../../runtime/bundled-files.ts';
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

/** Reads the built page in a folder once, so that no request can reach a file outside of it. */
export function readAssets(folder: string): Assets {
  return assetsOf(filesIn(folder), folder);
}

/** The files of the built page. Throws InputError if there are none. `folder` is for the message. */
export function assetsOf(files: ReadonlyMap<string, Buffer>, folder: string): Assets {
  const assets = new Map<string, Asset>();
  for (const [path, body] of files) {
    const type = TYPES[extname(path)];
    if (type === undefined) continue;
    const url = `/${path}`;
    assets.set(url === '/index.html' ? '/' : url, { body, type, hashed: url.startsWith('/assets/') });
  }
  if (!assets.has('/')) throw new InputError('the page has not been built: run npm run build:page', { file: folder });
  return assets;
}
