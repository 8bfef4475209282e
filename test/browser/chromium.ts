import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { announceSkipped } from '../e2e/assets.ts';
import { chromiumFlags, findChromium } from './find-chromium.ts';

/** Tests that share one Chromium. Skipped with a message if the machine has none. */
export function browserSuite(title: string, tests: (browser: () => Browser) => void): void {
  const executablePath = findChromium();
  if (executablePath === null) announceSkipped(`browser: ${title}`, 'no chromium on the PATH, and CHROMIUM names none');
  describe.skipIf(executablePath === null)(title, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      if (executablePath === null) return;
      browser = await chromium.launch({ executablePath, args: chromiumFlags() });
    });
    afterAll(() => browser?.close());
    tests(() => {
      if (!browser) throw new Error('the browser is not up');
      return browser;
    });
  });
}
