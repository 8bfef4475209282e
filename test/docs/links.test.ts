import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../cli/terminal.ts';
import { DOC_PAGES, ROOT_PAGES, read } from './pages.ts';

const PAGES = [...ROOT_PAGES, 'SECURITY.md', 'charts/zonewise/README.md', ...DOC_PAGES];
const PICTURES = 'docs/pictures';
const MAX_BYTES = 200_000;

test.each(PAGES)('%s links to files and headings that exist', page => {
  const broken = linksOf(page).filter(link => {
    const [path = '', heading] = link.split('#', 2);
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(ROOT, target))) return true;
    return heading !== undefined && target.endsWith('.md') && !headingsOf(target).includes(heading);
  });
  expect(broken).toEqual([]);
});

test('the index links to every page of docs', () => {
  const linked = linksOf('docs/README.md').map(link => join('docs', link.split('#')[0] ?? ''));
  expect(DOC_PAGES.filter(page => page !== 'docs/README.md' && !linked.includes(page))).toEqual([]);
});

test('every picture is used and small', () => {
  const shown = new Set(PAGES.flatMap(page => linksOf(page).map(link => join(dirname(page), link))));
  const pictures = readdirSync(join(ROOT, PICTURES)).map(name => `${PICTURES}/${name}`);
  expect(pictures.filter(picture => !shown.has(picture))).toEqual([]);
  expect(pictures.filter(picture => statSync(join(ROOT, picture)).size > MAX_BYTES)).toEqual([]);
});

test('every picture has a light form, a dark form and a text alternative', () => {
  for (const page of PAGES) {
    for (const [picture] of read(page).matchAll(/<picture>.*?<\/picture>/gs)) {
      const [, name] = /src="[^"]*?([\w-]+)-light\.\w+"/.exec(picture) ?? [];
      expect(picture).toMatch(new RegExp(`prefers-color-scheme: dark.*srcset="[^"]*${name}-dark\\.`));
      expect(picture).toMatch(/alt="[^"]{20,}"/);
    }
  }
});

/** Targets of links and pictures within the repository. */
function linksOf(page: string): readonly string[] {
  const text = read(page).replaceAll(/^```.*?^```$/gms, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(
    ([, link, source]) => link ?? source ?? '',
  );
  return links.filter(link => !/^[a-z]+:/.test(link));
}

/** The anchors that code hosts derive from headings. */
function headingsOf(page: string): readonly string[] {
  const text = read(page).replaceAll(/^```.*?^```$/gms, '');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
