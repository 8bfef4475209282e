import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { releaseNotes } from '../../scripts/release-notes.ts';
import { read } from './pages.ts';

const CHANGELOG = read('CHANGELOG.md');
const KINDS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security', 'Upgrade notes'];

const versions = [...CHANGELOG.matchAll(/^## \[(.+?)\](.*)$/gm)].map(([, version = '', date = '']) => ({
  version,
  date,
}));

describe('CHANGELOG.md', () => {
  test('starts with unreleased changes, then has a date for each version, the newest first', () => {
    expect(versions[0]).toEqual({ version: 'Unreleased', date: '' });
    const released = versions.slice(1);
    expect(released.filter(({ date }) => !/^ - \d{4}-\d{2}-\d{2}$/.test(date))).toEqual([]);
    expect(released.filter(({ version }) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
    const dates = released.map(({ date }) => date);
    expect(dates).toEqual(dates.toSorted().toReversed());
  });

  test('has the version of package.json, if any was released', () => {
    const released = versions.slice(1).map(({ version }) => version);
    if (released.length > 0) expect(released).toContain(packageJson.version);
  });

  test('groups changes by the kinds of Keep a Changelog', () => {
    const kinds = [...CHANGELOG.matchAll(/^### (.*)$/gm)].map(([, kind]) => kind);
    expect(kinds.filter(kind => !KINDS.includes(kind ?? ''))).toEqual([]);
  });
});

describe('the notes of a release', () => {
  const text =
    '# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-01-02\n\n### Added\n\n- A.\n\n## [0.1.0] - 2026-01-01\n\n- B.\n';

  test('are the section of its version', () => {
    expect(releaseNotes(text, '0.2.0')).toBe('### Added\n\n- A.\n');
    expect(releaseNotes(text, '0.1.0')).toBe('- B.\n');
  });

  test('are required', () => {
    expect(() => releaseNotes(text, '0.3.0')).toThrow('CHANGELOG.md has no text about 0.3.0');
    expect(() => releaseNotes(text, 'Unreleased')).toThrow('has no text about Unreleased');
  });
});
