import { createTwoFilesPatch } from 'diff';
import { type Manifest, type ManifestFile, parseManifests, readManifests } from '../../cluster/manifests/manifest.ts';
import { editManifest } from '../../cluster/manifests/manifest-edit.ts';
import { extractObject, hasObjects, type ObjectText, replaceObjects } from '../../cluster/manifests/object-text.ts';
import { compareLevels } from '../../model/finding.ts';
import { printable } from '../../report/printable.ts';
import type { LocatedFinding } from '../../report/result.ts';
import { InputError } from '../../runtime/errors.ts';
import { type CheckContext, type CheckInput, checkContext, checkService } from './check-manifests.ts';

export interface FixedFile {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** One line per applied fix. */
  readonly appliedFixes: readonly string[];
}

export interface FixResult {
  /** The files with at least one applied fix. */
  readonly files: readonly FixedFile[];
  /** Fixes that cannot be applied to the text. */
  readonly errors: readonly InputError[];
}

/** More fixes than a Service has fields. The limit ends a cycle of fixes that simulation failed to prevent. */
const MAX_FIXES_PER_SERVICE = 30;

/**
 * Applies the fixes of warnings and denials to the texts, not those of infos. A Service is evaluated again after each of
 * its fixes, because one fix can make another wrong. Files with unusable parts are not changed.
 */
export function fixFiles(files: readonly ManifestFile[], input: Omit<CheckInput, 'manifests'>): FixResult {
  const parsed = files.map(file => ({ file, ...parseManifests(file) }));
  const context = checkContext({ ...input, manifests: parsed.flatMap(({ manifests }) => manifests) });
  const errors: InputError[] = [];
  const fixed = parsed
    .filter(one => one.errors.length === 0)
    .flatMap(({ file, manifests }) => fixFile(file, manifests, { context, errors }));
  return { files: fixed, errors };
}

interface FixContext {
  readonly context: CheckContext;
  readonly errors: InputError[];
}

function fixFile(file: ManifestFile, manifests: readonly Manifest[], fixing: FixContext): readonly FixedFile[] {
  const changed = new Map<Manifest, FixedObject>();
  for (const manifest of manifests) {
    if (manifest.kind !== 'Service') continue;
    const fixed = fixService(file, manifest, fixing);
    if (fixed.appliedFixes.length > 0) changed.set(manifest, fixed);
  }
  if (changed.size === 0) return [];
  const after = replaceObjects(file.text, [...changed.values()]);
  const expected = manifests.map(manifest => changed.get(manifest)?.raw ?? manifest.raw);
  if (!hasObjects({ ...file, text: after }, expected)) {
    fixing.errors.push(new InputError('cannot be fixed in place', { file: file.name }));
    return [];
  }
  const appliedFixes = [...changed.values()].flatMap(object => object.appliedFixes);
  return [{ name: file.name, before: file.text, after, appliedFixes }];
}

interface FixedObject extends ObjectText {
  readonly raw: Manifest['raw'];
  readonly appliedFixes: readonly string[];
}

/** The Service with all fixes that can be made; those that cannot are reported as errors. */
function fixService(file: ManifestFile, manifest: Manifest, { context, errors }: FixContext): FixedObject {
  const appliedFixes: string[] = [];
  const object = extractObject(file.text, manifest);
  let current = { text: object?.text ?? '', manifest };
  for (let round = 0; round < MAX_FIXES_PER_SERVICE; round++) {
    const finding = checkService(current.manifest, context).findings.find(isFixable);
    if (!finding?.fix) break;
    const { namespace, name } = manifest;
    const what = `${namespace}/${name}: ${finding.fix.description} [${finding.rule}]`;
    try {
      if (!object) throw new InputError('its layout does not allow it');
      const text = editManifest(current.text, manifest, finding.fix.edits);
      const [edited] = readManifests({ ...file, text });
      if (!edited) throw new InputError('it is not an object then');
      current = { text, manifest: edited };
      appliedFixes.push(what);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const place = { file: file.name, line: manifest.line };
      errors.push(new InputError(`not fixed: ${what}: ${error.problem}`, place));
      break;
    }
  }
  return { ...(object ?? { start: 0, end: 0, column: 0 }), ...current, raw: current.manifest.raw, appliedFixes };
}

function isFixable(finding: LocatedFinding): boolean {
  return finding.fix !== null && finding.fix.edits.length > 0 && compareLevels(finding.level, 'warn') >= 0;
}

/** The change as a unified diff, for patch and git apply. */
export function diffOf({ name, before, after }: FixedFile): string {
  const shown = printable(name);
  return createTwoFilesPatch(shown, shown, before, after, '', '', { context: 2 }).replace(/^Index: .*\n=+\n/, '');
}
