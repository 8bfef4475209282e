import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../src/rules/index.ts';
import { ROOT, readFixtures } from '../test/rules/fixture.ts';
import { indexPage, rulePage } from './rule-page.ts';

export const DOCS_FOLDER = 'docs/rules';

/** Renders all pages of docs/rules, by file name. */
export function renderDocs(): ReadonlyMap<string, string> {
  const pages = RULES.map(rule => [`${rule.id}.md`, rulePage(rule, readFixtures(rule.id).map(withOutput))] as const);
  return new Map([['README.md', indexPage(RULES)], ...pages]);
}

function withOutput(fixture: ReturnType<typeof readFixtures>[number]) {
  const file = join(ROOT, fixture.file.replace(/\.yaml$/, '.txt'));
  return { fixture, output: existsSync(file) ? readFileSync(file, 'utf8') : '' };
}

function main(): void {
  const folder = join(ROOT, DOCS_FOLDER);
  mkdirSync(folder, { recursive: true });
  const pages = renderDocs();
  for (const name of readdirSync(folder)) if (!pages.has(name)) rmSync(join(folder, name));
  for (const [name, text] of pages) writeFileSync(join(folder, name), text);
  console.log(`${pages.size} pages in ${DOCS_FOLDER}`);
}

if (import.meta.main) main();
