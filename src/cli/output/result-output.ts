import type { ManifestFile } from '../../cluster/manifests/manifest.ts';
import { renderJson } from '../../report/json.ts';
import type { CheckResult, FailOn, LocatedFinding } from '../../report/result.ts';
import type { Replacement } from '../../report/sarif/sarif.ts';
import { renderText } from '../../report/text.ts';

/** What check and audit print. */
export const RESULT_OUTPUTS = ['text', 'json', 'sarif', 'junit'] as const;

export type ResultOutput = (typeof RESULT_OUTPUTS)[number];

export interface Printing {
  readonly output: ResultOutput;
  readonly failOn: FailOn;
  readonly colour: boolean;
  /** The manifests judged, for remedies with their place; a cluster's Services have none. */
  readonly files?: readonly ManifestFile[];
}

/** The result as -o says. What only CI asks for is loaded when it does. */
export async function renderResult(result: CheckResult, printing: Printing): Promise<string> {
  const { output } = printing;
  switch (output) {
    case 'text':
      return renderText(result, printing.colour);
    case 'json':
      return renderJson(result);
    case 'junit':
      return (await import('../../report/junit/junit.ts')).renderJunit(result, printing.failOn);
    case 'sarif': {
      const { renderSarif } = await import('../../report/sarif/sarif.ts');
      return renderSarif(result, { folder: process.cwd(), replacementFor: await replacementsIn(printing.files ?? []) });
    }
    default:
      return output satisfies never;
  }
}

/** The edits of `check --fix`, each made by itself. */
async function replacementsIn(files: readonly ManifestFile[]): Promise<(f: LocatedFinding) => Replacement | null> {
  const { replacementIn } = await import('../../cluster/manifests/manifest-replacement.ts');
  const texts = new Map(files.map(({ name, text }) => [name, text]));
  return ({ file, line, object, fix }) => {
    if (file === null || line === null || fix === null) return null;
    return replacementIn(texts.get(file) ?? '', { ...object, line }, fix.edits);
  };
}
