import { expect, test } from 'vitest';
import { browserSuite } from './chromium.ts';
import { sample } from './clusters.ts';
import { visit } from './page-driver.ts';
import { servePage } from './served-page.ts';

browserSuite('the UI', browser => {
  test('is usable by keyboard alone: from the list to a Service, through its controls, and back', async () => {
    const served = await servePage(sample());
    await served.complete;
    const { page } = await visit(browser(), served.url);
    await page.getByRole('link', { name: 'ingress/legacy' }).waitFor();
    const focus = () => page.evaluate(() => document.activeElement?.textContent);
    const press = async (key: string, times = 1) => {
      for (let i = 0; i < times; i++) await page.keyboard.press(key);
    };
    await page.getByRole('searchbox', { name: 'Search' }).focus();
    await page.keyboard.type('otel');
    await page.getByText('1 of 16 Services').waitFor();
    await page.getByRole('searchbox', { name: 'Search' }).fill('');
    await page.getByRole('link', { name: 'ingress/legacy' }).focus();
    await press('ArrowDown', 3);
    await expect.poll(focus).toBe('data/reports');
    await press('End');
    await expect.poll(focus).toBe('shop/search');
    await press('Home');
    await expect.poll(focus).toBe('ingress/legacy');
    await press('ArrowDown');
    await expect.poll(focus).toBe('monitoring/tracing-agent');
    await press('Enter');
    await page.getByRole('heading', { name: 'monitoring/tracing-agent' }).waitFor();

    const light = page.locator('.flow-button').first();
    await light.focus();
    expect(await page.locator('.loss.is-lit').count()).toBe(1);
    await page.getByRole('radio', { name: 'Local now' }).focus();
    await press('ArrowLeft');
    await page.getByText('no longer lose traffic').waitFor();
    await page.getByRole('link', { name: 'All Services' }).focus();
    await press('Enter');
    await page.getByText('16 Services').first().waitFor();
  });

  test('exposes the list as one table to assistive technology, including rows that are not rendered', async () => {
    const served = await servePage(sample());
    await served.complete;
    const { page } = await visit(browser(), served.url);
    const table = page.getByRole('table', { name: 'Services' });
    await table.getByRole('row').nth(1).waitFor();
    expect(await table.getAttribute('aria-rowcount')).toBe('17');
    expect(await table.getByRole('row').nth(1).getAttribute('aria-rowindex')).toBe('2');
    expect(await table.getByRole('rowheader', { name: 'shop/images' }).count()).toBe(1);
  });
});
