import { expect, test } from 'vitest';
import { browserSuite } from './chromium.ts';
import { sample } from './clusters.ts';
import { visit } from './page-driver.ts';
import { servePage } from './served-page.ts';

const VIEWS = [
  ['overview', '#/', 'ingress/legacy'],
  ['service-overload', '#/services/shop/images', 'endpoint-overload'],
  ['service-external', '#/services/ingress/legacy?class=external', 'external-local-uncovered-nodes'],
  ['service-headless', '#/services/data/postgres', 'No diagram'],
  [
    'what-if',
    '#/services/monitoring/otel-agent?if.internalTrafficPolicy=Local&if.drain=worker-a1',
    'What would be different',
  ],
  ['no-such-service', '#/services/shop/nothing', 'This could not be loaded'],
] as const;

browserSuite('the UI', browser => {
  test.each(VIEWS.flatMap(view => (['light', 'dark'] as const).map(colorScheme => [...view, colorScheme] as const)))(
    'has no axe-core violations in %s (%s, %s, %s)',
    async (name, hash, text, colorScheme) => {
      const served = await servePage(sample());
      await served.complete;
      const { page, axe, picture } = await visit(browser(), served.url + hash, {
        colorScheme,
        missing: name === 'no-such-service',
      });
      await page.getByText(text).first().waitFor();
      await picture(`${name}-${colorScheme}`);
      expect(await axe()).toEqual([]);
    },
  );

  test.each([
    ['overview-narrow', '#/', 'ingress/legacy'],
    ['service-narrow', '#/services/shop/images?if.internalTrafficPolicy=Local', 'What would be different'],
  ] as const)('has no axe-core violations and no overflow in %s in a narrow window', async (name, hash, text) => {
    const served = await servePage(sample());
    await served.complete;
    const { page, axe, picture } = await visit(browser(), served.url + hash, { viewport: { width: 400, height: 800 } });
    await page.getByText(text).first().waitFor();
    await picture(name);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
    expect(await axe()).toEqual([]);
  });

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
    await expect.poll(focus).toBe('data/postgres');
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
