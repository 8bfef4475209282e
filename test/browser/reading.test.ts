import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { browserSuite } from './chromium.ts';
import { sample } from './clusters.ts';
import { visit } from './page-driver.ts';
import { servePage } from './served-page.ts';

browserSuite('a Service', browser => {
  const open = async (hash: string) => {
    const served = await servePage(sample());
    await served.complete;
    return visit(browser(), served.url + hash);
  };

  test('opens on the traffic class that loses traffic, and marks its tab', async () => {
    const { page, go } = await open('#/services/ingress/legacy');
    await page.waitForSelector('[data-shows$=" external"]');
    const tab = page.getByRole('radio', { name: /^outside → node port/ });
    expect(await tab.isChecked()).toBe(true);
    await page.getByText('6 nodes lose traffic').first().waitFor();

    await go('#/services/ingress/legacy?class=internal');
    await page.waitForSelector('[data-shows$=" internal"]');
    await go('#/services/monitoring/tracing-agent');
    await page.waitForSelector('[data-shows^="monitoring/tracing-agent"][data-shows$=" internal"]');
  });

  test('stays on the chosen tab while a scenario moves the loss', async () => {
    const { page } = await open('#/services/ingress/legacy');
    await page.waitForSelector('[data-shows$=" external"]');
    const set = (field: string, value: string) => page.getByRole('group', { name: field }).getByText(value).click();
    await set('externalTrafficPolicy', 'Cluster');
    await set('internalTrafficPolicy', 'Local');
    await page.getByText('6 nodes lose traffic (Pods → ClusterIP)').waitFor();
    expect(await page.locator('[data-shows]').getAttribute('data-shows')).toMatch(/ external$/);
  });

  test('links each finding to the text of its rule, and back returns to the Service as it was', async () => {
    const { page } = await open('#/services/monitoring/otel-agent?if.internalTrafficPolicy=Local');
    const link = page
      .getByRole('region', { name: 'Findings' })
      .getByRole('link', { name: 'local-policy-uncovered-nodes' });
    await link.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'local-policy-uncovered-nodes', level: 1 }).waitFor();
    expect(new URL(page.url()).hash).toBe('#/rules/local-policy-uncovered-nodes');
    await page.getByText('Otherwise run the workload as a DaemonSet').waitFor();
    expect(await focused(page)).toBe('local-policy-uncovered-nodes');
    expect(await page.title()).toBe('local-policy-uncovered-nodes · zonewise');

    await page.goBack();
    await page.getByText('What would be different').waitFor();
    expect(await page.locator('.differences .command').textContent()).toContain('"internalTrafficPolicy":"Local"');

    await page.goForward();
    await page.getByRole('link', { name: 'monitoring/otel-agent' }).click();
    await page.getByText('What would be different').waitFor();
  });

  test('opens from a link that is followed just before the URL takes up a search', async () => {
    const { page } = await open('#/');
    await page.addInitScript(() => {
      const { setTimeout } = window;
      const wrapped = (callback: () => void, ms = 0) => {
        if (ms >= 100) Object.assign(globalThis, { late: callback });
        return setTimeout(callback, ms);
      };
      Object.assign(window, { setTimeout: wrapped });
    });
    await page.reload();
    await page.getByRole('searchbox', { name: 'Search' }).fill('otel');
    await page.evaluate(() => {
      location.hash = '#/services/shop/web';
      // The event `hashchange` comes later.
      (globalThis as unknown as { late(): void }).late();
    });
    await page.getByRole('heading', { name: 'shop/web' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#/services/shop/web');
  });

  test('lists from the text of a rule the Services that have its finding', async () => {
    const { page } = await open('#/rules/endpoint-overload');
    await page.getByRole('link', { name: 'All Services with this finding' }).click();
    await page.getByText('1 of 16 Services').waitFor();
    await page.getByRole('link', { name: 'shop/images' }).waitFor();
  });

  test.each([
    ['data/postgres', 'the Service is headless', 'DNS gives clients the addresses of its Pods'],
    ['shop/newsletter', 'the Service is an ExternalName', 'DNS gives clients the name of another host'],
  ])('says why %s has no picture', async (service, title, text) => {
    const { page } = await open(`#/services/${service}`);
    await page.getByText(`No picture: ${title}`).waitFor();
    await page.getByText(text).waitFor();
    expect(await page.locator('svg.picture, .nodes').count()).toBe(0);
  });

  test('takes the focus to the heading, and back in the list to its row', async () => {
    const { page } = await open('#/');
    await page.getByRole('link', { name: 'shop/images' }).click();
    await page.getByRole('heading', { name: 'shop/images' }).waitFor();
    await expect.poll(() => focused(page)).toBe('shop/images');
    await page.goBack();
    await expect.poll(() => focused(page)).toBe('shop/images');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('A');
  });

  test('says on top of the page what it is', async () => {
    const { page } = await open('#/');
    await page.getByText('Where Service traffic goes, and where it is lost').waitFor();
  });
});

function focused(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => document.activeElement?.textContent);
}
