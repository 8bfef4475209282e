// node scripts/release-notes.ts [VERSION]: prints the section of CHANGELOG.md about a version, by default that of package.json.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };

const CHANGELOG = join(import.meta.dirname, '../CHANGELOG.md');

/** The text below the heading of the version. Throws if there is none, or if it is empty. */
export function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^(?=## )/m);
  const section = sections.find(text => text.startsWith(`## [${version}]`));
  const notes = section
    ?.slice(section.indexOf('\n') + 1)
    .replace(/^\[.*\]: .*$/gm, '')
    .trim();
  if (!notes) throw new Error(`CHANGELOG.md has no text about ${version}; expected a section "## [${version}] - DATE"`);
  return `${notes}\n`;
}

if (import.meta.main) {
  const version = process.argv[2] ?? packageJson.version;
  process.stdout.write(releaseNotes(readFileSync(CHANGELOG, 'utf8'), version));
}
