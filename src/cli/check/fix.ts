import { writeFileSync } from 'node:fs';
import { createTwoFilesPatch } from 'diff';
import { type ManifestFile, readManifests } from '../../cluster/manifests/manifest.ts';
import { editManifest } from '../../cluster/manifests/manifest-edit.ts';
import { compareLevels } from '../../model/finding.ts';
import type { LocatedFinding } from '../../report/result.ts';
import { InputError } from '../../runtime/errors.ts';
import { type CheckInput, checkManifests } from './check-manifests.ts';

export interface FixedFile {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** One line per applied fix. */
  readonly appliedFixes: readonly string[];
}

/** More fixes than a Service has fields. The limit ends a cycle of fixes that simulation failed to prevent. */
const MAX_FIXES_PER_SERVICE = 200;

/**
 * Applies the fixes of warnings and denials to the texts, not those of infos. The Services are evaluated again after each
 * fix, because one fix can make another wrong.
 */
export function fixFiles(files: readonly ManifestFile[], input: Omit<CheckInput, 'manifests'>): readonly FixedFile[] {
  const texts = new Map(files.map(file => [file.name, file.text]));
  const appliedFixes = new Map<string, string[]>();
  for (let round = 0; round < MAX_FIXES_PER_SERVICE; round++) {
    const manifests = files.flatMap(file => readManifests({ ...file, text: texts.get(file.name) ?? '' }));
    const finding = checkManifests({ ...input, manifests }).findings.find(isFixable);
    if (!finding?.fix || finding.file === null) break;
    const text = editManifest(texts.get(finding.file) ?? '', finding.object, finding.fix.edits);
    texts.set(finding.file, text);
    const { namespace, name } = finding.object;
    const line = `${namespace}/${name}: ${finding.fix.description} [${finding.rule}]`;
    appliedFixes.set(finding.file, [...(appliedFixes.get(finding.file) ?? []), line]);
  }
  return files
    .filter(file => appliedFixes.has(file.name))
    .map(({ name, text }) => ({
      name,
      before: text,
      after: texts.get(name) ?? '',
      appliedFixes: appliedFixes.get(name) ?? [],
    }));
}

function isFixable(finding: LocatedFinding): boolean {
  return finding.fix !== null && finding.fix.edits.length > 0 && compareLevels(finding.level, 'warn') >= 0;
}

export function writeFixed(files: readonly FixedFile[]): void {
  for (const { name, after } of files) {
    if (name === '-') throw new InputError('--fix cannot write standard input; print the changes with --fix --dry-run');
    writeFileSync(name, after);
  }
}

/** The change as a unified diff, for patch and git apply. */
export function diffOf({ name, before, after }: FixedFile): string {
  return createTwoFilesPatch(name, name, before, after, '', '', { context: 2 }).replace(/^Index: .*\n=+\n/, '');
}
