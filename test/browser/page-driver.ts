import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

const ARTEFACTS = process.env['ARTEFACTS'] ?? join(import.meta.dirname, 'artefacts');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Visitor {
  readonly page: Page;
  /** Changes the hash without reloading the page. */
  go(hash: string): Promise<void>;
  /** Violations found by axe-core. */
  axe(): Promise<readonly string[]>;
  /** Saves a screenshot for manual inspection. */
  picture(name: string): Promise<void>;
}

/**
 * Opens a page in a new browser context. The test fails if the page violates its Content-Security-Policy, throws, logs
 * a problem, or contacts another host. `missing` permits 404 responses.
 */
export async function visit(
  browser: Browser,
  url: string,
  { missing = false, ...options }: BrowserContextOptions & { readonly missing?: boolean } = {},
): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, ...options });
  const problems: string[] = [];
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  page.on('console', message => {
    if (missing && message.text().includes('status of 404')) return;
    if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', error => problems.push(`thrown: ${error.message}`));
  page.on('dialog', dialog => problems.push(`dialog: ${dialog.message()}`));
  page.on('request', request => {
    if (!request.url().startsWith(new URL(url).origin)) problems.push(`asked another host: ${request.url()}`);
  });
  await page.exposeFunction('onViolation', (text: string) => problems.push(`policy: ${text}`));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      (globalThis as unknown as { onViolation(text: string): void }).onViolation(`${violatedDirective} ${blockedURI}`);
    });
  });
  await page.addInitScript({ content: AXE });
  onTestFinished(async () => {
    await context.close();
    expect(problems).toEqual([]);
  });
  await page.goto(url);
  return {
    page,
    go: hash => page.evaluate(to => location.assign(to), hash),
    axe: () => axe(page),
    picture: async name => {
      mkdirSync(ARTEFACTS, { recursive: true });
      await page.screenshot({ path: join(ARTEFACTS, `${name}.png`), fullPage: true });
    },
  };
}

interface AxeWindow {
  readonly axe: {
    run(): Promise<{ violations: readonly { id: string; help: string; nodes: readonly { html: string }[] }[] }>;
  };
}

async function axe(page: Page): Promise<readonly string[]> {
  // A transition in progress shows intermediate colours, whose contrast does not matter.
  await page.waitForTimeout(200);
  const { violations } = await page.evaluate(() => (globalThis as unknown as AxeWindow).axe.run());
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`));
}
