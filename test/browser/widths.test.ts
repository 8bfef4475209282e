import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { browserSuite } from './chromium.ts';
import { sample } from './clusters.ts';
import { cutTexts } from './cut-texts.ts';
import { visit } from './page-driver.ts';
import { servePage } from './served-page.ts';

/** The pages of the sample, with a text that appears when they are complete. */
const VIEWS = [
  ['overview', '#/', 'ingress/legacy'],
  ['loses-outside', '#/services/ingress/legacy', 'is lost'],
  ['loses-inside', '#/services/monitoring/tracing-agent', 'is lost'],
  ['overload', '#/services/shop/images', 'endpoint-overload'],
  ['balancer', '#/services/ingress/gateway', 'stays in its zone'],
  ['headless', '#/services/data/postgres', 'No picture: the Service is headless'],
  ['external-name', '#/services/shop/newsletter', 'No picture: the Service is an ExternalName'],
  [
    'what-if',
    '#/services/monitoring/otel-agent?if.internalTrafficPolicy=Local&if.drain=worker-a1&if.zone-down=zone-b&if.scale=deployment/otel-agent%3D9',
    'What would be different',
  ],
  ['advice', '#/services/shop/web', 'change to Cluster'],
  ['keep', '#/services/monitoring/otel-agent', 'keep Cluster'],
  ['advice-and-assumptions', '#/services/monitoring/tracing-agent', 'assumption'],
  ['rule', '#/rules/local-policy-uncovered-nodes', 'What to do'],
  ['unknown-rule', '#/rules/no-such-rule', 'no rule of this name'],
  ['unknown-service', '#/services/shop/nothing', 'This could not be loaded'],
] as const;

const PHONE = { width: 390, height: 844 };
const TABLET = { width: 820, height: 1180 };
const DESKTOP = { width: 1440, height: 900 };

/** Waits for the advice of a Service, and shows all of it. */
async function unfoldAdvice(page: Page): Promise<void> {
  const advice = page.getByRole('region', { name: 'Advice' });
  if ((await advice.count()) === 0) return;
  await page.locator('.advice[data-state="advice"]').waitFor();
  for (const summary of await advice.locator('summary').all()) await summary.click();
}

browserSuite('every page', browser => {
  test.each(
    [PHONE, TABLET, DESKTOP].flatMap(size =>
      (['light', 'dark'] as const).map(scheme => [size.width, scheme, size] as const),
    ),
  )(
    'at %i px in %s cuts no text, does not scroll sideways and has no axe-core violations',
    async (width, colorScheme, viewport) => {
      const served = await servePage(sample());
      await served.complete;
      const { page, go, axe, picture } = await visit(browser(), served.url, {
        viewport,
        colorScheme,
        hasTouch: width < 1000,
        missing: true,
      });
      for (const [name, hash, text] of VIEWS) {
        await go(hash);
        await page.getByText(text).first().waitFor();
        await unfoldAdvice(page);
        await picture(`${name}-${width}-${colorScheme}`);
        expect(await cutTexts(page), name).toEqual([]);
        expect(await axe(), name).toEqual([]);
      }
    },
  );

  test('has its cut texts found: clipped, outside the window, in a select, in a box of the diagram', async () => {
    const served = await servePage(sample());
    const { page } = await visit(browser(), `${served.url}#/services/ingress/legacy`, { viewport: PHONE });
    for (const selector of ['.finding-message', '.class-text', '.cluster-switches select', '.box-title'])
      await page.locator(selector).first().waitFor();
    await page.evaluate(() => {
      const style = (selector: string, css: string) => {
        const element = document.querySelector<HTMLElement | SVGElement>(selector);
        if (element) element.style.cssText = css;
      };
      style('.finding-message', 'width: 60px; overflow: hidden; white-space: nowrap');
      style('.class-text', 'position: relative; left: 300px; white-space: nowrap');
      style('.cluster-switches select', 'width: 90px');
      style('.box-title', 'font-size: 40px');
    });
    const found = (await cutTexts(page)).join('\n');
    for (const kind of [
      'cut at the side by .finding-message',
      'outside the window',
      'cut by its select',
      'outside its box',
    ])
      expect(found).toContain(kind);
  });

  test.each([PHONE, DESKTOP])('shows findings above the diagram, and both without scrolling, at %o', async viewport => {
    const served = await servePage(sample());
    const { page } = await visit(browser(), `${served.url}#/services/ingress/legacy`, { viewport });
    await page.locator('.advice[data-state="advice"]').waitFor();
    const [findings, traffic] = await Promise.all(
      ['Findings', 'Traffic'].map(name => page.getByRole('region', { name, exact: true }).boundingBox()),
    );
    if (!findings || !traffic) throw new Error('both are on the page');
    expect(findings.y + findings.height).toBeLessThanOrEqual(traffic.y);
    expect(traffic.y).toBeLessThan(viewport.height);
  });
});
