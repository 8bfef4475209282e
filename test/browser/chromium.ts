import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { announceSkipped } from '../e2e/assets.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** A Chromium of this machine: the one that CHROMIUM names, else one on the PATH. */
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

/** It talks to nobody but the page. */
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-features=OptimizationHints,MediaRouter',
];

/** Tests that share one Chromium. Skipped loudly where the machine has none. */
export function browserSuite(title: string, tests: (browser: () => Browser) => void): void {
  const executablePath = findChromium();
  if (executablePath === null) announceSkipped(`browser: ${title}`, 'no chromium on the PATH, and CHROMIUM names none');
  describe.skipIf(executablePath === null)(title, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      if (executablePath === null) return;
      const args = process.getuid?.() === 0 ? [...FLAGS, '--no-sandbox'] : FLAGS;
      browser = await chromium.launch({ executablePath, args });
    });
    afterAll(() => browser?.close());
    tests(() => {
      if (!browser) throw new Error('the browser is not up');
      return browser;
    });
  });
}
