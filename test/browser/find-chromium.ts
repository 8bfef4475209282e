import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** The Chromium named by CHROMIUM, else one on the PATH. */
export function findChromium(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const given = process.env['CHROMIUM'];
  const candidates = given ? [given] : NAMES.flatMap(name => folders.map(folder => join(folder, name)));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Disables all traffic of Chromium other than that of the page. */
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-features=OptimizationHints,MediaRouter',
];

/** Chromium's sandbox does not work as root. */
export function chromiumFlags(): string[] {
  return process.getuid?.() === 0 ? [...FLAGS, '--no-sandbox'] : FLAGS;
}
