import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { browserSuite } from './chromium.ts';
import { manyServices } from './clusters.ts';
import { visit } from './page-driver.ts';
import { type ServedPage, servePage } from './served-page.ts';

const MAX_MS = 100;
/**
 * Other processes on the machine can only lengthen a task: the best of several attempts is closest to the UI's own
 * cost.
 */
const TRIES = 5;

browserSuite('ten thousand Services', browser => {
  test('are listed, sorted and filtered without a long task over 100 ms', async () => {
    const served = await servePage(manyServices());
    await served.complete;
    const worst: number[] = [];
    for (let i = 0; i < TRIES && (worst.at(-1) ?? MAX_MS + 1) > MAX_MS; i++) {
      worst.push(
        await longestTask(() => visit(browser(), served.url).then(({ page }) => page), i === 0 ? served : null),
      );
    }
    console.log(`longest tasks, in ms: ${worst.join(', ')}`);
    expect(Math.min(...worst)).toBeLessThanOrEqual(MAX_MS);
  });
});

/** Uses the list like a user. Returns the longest task in ms; 0 if none exceeded 50 ms. */
async function longestTask(open: () => Promise<Page>, first: ServedPage | null): Promise<number> {
  const page = await open();
  await page.addInitScript(() => {
    const tasks: number[] = [];
    Object.assign(globalThis, { tasks });
    new PerformanceObserver(list => {
      for (const { duration } of list.getEntries()) tasks.push(Math.round(duration));
    }).observe({ type: 'longtask', buffered: true });
  });
  await page.reload();
  const count = page.locator('.overview > .count');
  await count.getByText('10,000 Services').waitFor();
  expect(await page.locator('tbody tr').count()).toBeLessThan(60);
  const search = page.getByRole('searchbox', { name: 'Search' });
  await search.pressSequentially('agent-99', { delay: 30 });
  await count.getByText('11 of 10,000 Services').waitFor();
  await search.fill('');
  await page.getByLabel('Namespace').selectOption('team-7');
  await count.getByText('40 of 10,000 Services').waitFor();
  await page.getByLabel('Namespace').selectOption('');
  await page.getByLabel('Only those losing traffic').check();
  await count.getByText('1,000 of 10,000 Services').waitFor();
  await page.getByRole('button', { name: 'Clear' }).click();
  for (const column of ['Service', 'Stays in zone', 'Traffic lost'])
    await page.getByRole('button', { name: column, exact: true }).click();
  await page.locator('tbody a').first().focus();
  await page.keyboard.press('End');
  await page.locator('tr[aria-rowindex="10001"] a:focus').waitFor();
  if (first) expect(await page.locator('tbody tr').count()).toBeLessThan(60);
  await page.keyboard.press('Home');
  await page.locator('tr[aria-rowindex="2"] a:focus').waitFor();
  return page.evaluate(() => Math.max(0, ...(globalThis as unknown as { tasks: number[] }).tasks));
}
