import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumFlags, findChromium } from '../../test/browser/find-chromium.ts';
import { standaloneSvg } from './standalone-svg.ts';

const ROOT = join(import.meta.dirname, '../..');
const PICTURES = join(ROOT, 'docs/pictures');

/** SVG files with the diagram of one Service, by file name, and the location that shows it. */
const TRAFFIC: Readonly<Record<string, string>> = {
  'cluster-wide': '#/services/monitoring/otel-agent',
  'local-dropped': '#/services/monitoring/otel-agent?if.internalTrafficPolicy=Local',
  'same-node': '#/services/monitoring/otel-agent?if.trafficDistribution=PreferSameNode',
  'same-zone': '#/services/shop/web',
  'external-local': '#/services/ingress/legacy?class=external',
  'short-circuit': '#/services/ingress/legacy?class=shortCircuit',
  overload: '#/services/shop/images',
};

interface Screenshot {
  readonly hash: string;
  readonly height: number;
}

/** PNG files with a screenshot of the whole UI. */
const SCREENSHOTS: Readonly<Record<string, Screenshot>> = {
  'ui-services': { hash: '#/', height: 560 },
  'ui-what-if': { hash: '#/services/monitoring/otel-agent?if.internalTrafficPolicy=Local', height: 1060 },
};

const SCHEMES = ['light', 'dark'] as const;

/** Regenerates docs/pictures from the UI of the bundled sample. Needs a Chromium and the built UI. */
async function main(): Promise<void> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('no chromium on the PATH, and CHROMIUM names none');
  mkdirSync(PICTURES, { recursive: true });
  for (const name of readdirSync(PICTURES)) rmSync(join(PICTURES, name));
  const page = spawn(process.execPath, ['src/main.ts', 'ui', '--port', '0'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const browser = await chromium.launch({ executablePath, args: chromiumFlags() });
  try {
    await draw(browser, await addressOf(page));
  } finally {
    await browser.close();
    page.kill();
  }
}

async function addressOf(page: ChildProcess): Promise<string> {
  if (!page.stdout) throw new Error('zonewise ui has no output');
  const [line] = await once(createInterface(page.stdout), 'line');
  const url = /http:\S+/.exec(String(line))?.[0];
  if (!url) throw new Error(`zonewise ui said ${line}`);
  return url;
}

async function draw(browser: Browser, url: string): Promise<void> {
  for (const colorScheme of SCHEMES) {
    const context = await browser.newContext({
      viewport: { width: 1180, height: 826 },
      colorScheme,
    });
    const page = await context.newPage();
    for (const [name, hash] of Object.entries(TRAFFIC)) {
      await show(page, url + hash);
      save(`${name}-${colorScheme}.svg`, await standaloneSvg(page));
    }
    for (const [name, { hash, height }] of Object.entries(SCREENSHOTS)) {
      await show(page, url + hash);
      await page.setViewportSize({ width: 1180, height });
      save(`${name}-${colorScheme}.png`, await page.screenshot({ animations: 'disabled' }));
    }
    await context.close();
  }
}

/** Opens a new page each time, so that no hover or scroll state remains. */
async function show(page: Page, url: string): Promise<void> {
  await page.setViewportSize({ width: 1180, height: 900 });
  await page.goto('about:blank');
  await page.goto(url);
  await page.waitForSelector(url.endsWith('#/') ? '.level-badge, tbody tr, [role=row]' : 'svg.picture');
  if (!url.endsWith('#/')) await page.waitForSelector('.advice[data-state="advice"]');
  await page.waitForTimeout(500);
}

function save(name: string, content: string | Buffer): void {
  writeFileSync(join(PICTURES, name), content);
  console.log(`docs/pictures/${name}  ${Math.ceil(Buffer.byteLength(content) / 1024)} kB`);
}

await main();
