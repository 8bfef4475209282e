import type { ManifestFile } from '../../cluster/manifests/manifest.ts';
import type { Advice } from '../../engine/advice/advice.ts';
import type { Policy } from '../../engine/policy.ts';
import { renderJson } from '../../report/json.ts';
import { printableValues } from '../../report/printable.ts';
import { type CheckResult, FAIL_ON, type FailOn, type LocatedFinding } from '../../report/result.ts';
import type { Replacement } from '../../report/sarif/sarif.ts';
import { renderText } from '../../report/text.ts';
import { InputError } from '../../runtime/errors.ts';

const OUTPUTS = ['text', 'json', 'sarif', 'junit'] as const;

export type OutputFormat = (typeof OUTPUTS)[number];

/** Flags of check and audit. */
export const RESULT_FLAGS = {
  output: { value: OUTPUTS, short: 'o', placeholder: 'FORMAT', default: 'text', description: 'output format' },
  'fail-on': { value: FAIL_ON, placeholder: 'LEVEL', default: 'deny', description: 'lowest level for exit code 1' },
} as const;

export interface RenderResultOptions {
  readonly output: OutputFormat;
  readonly failOn: FailOn;
  readonly colour: boolean;
  readonly policy: Pick<Policy, 'docsUrl'>;
  /** The evaluated manifests, for fixes with their place; absent for the Services of a cluster. */
  readonly files?: readonly ManifestFile[];
  /** Words that name the cluster, for the commands that check advice. */
  readonly clusterFlags?: readonly string[];
}

/** Throws InputError for advice in a format that has no place for it. */
export function rejectAdviceIn(flags: { readonly output: OutputFormat; readonly advise?: boolean | undefined }): void {
  if (!flags.advise || flags.output === 'text' || flags.output === 'json') return;
  throw new InputError(`--advise goes with -o text or json, not with -o ${flags.output}`);
}

/** Prints the result in the format that -o names. Formats for CI are loaded on demand. */
export async function printResult(
  result: CheckResult,
  printing: RenderResultOptions,
  out: (text: string) => void,
): Promise<void> {
  const { output, clusterFlags = [] } = printing;
  switch (output) {
    case 'text':
      if (result.advice) await printAdvice(result.advice, printing, out);
      return out(renderText(printableValues(result), printing.colour));
    case 'json': {
      const advice =
        result.advice && (await import('../../report/advice/json.ts')).adviceList(result.advice, clusterFlags);
      for (const piece of renderJson(result, advice)) out(piece);
      return;
    }
    case 'junit':
      return out((await import('../../report/junit/junit.ts')).renderJunit(printableValues(result), printing.failOn));
    case 'sarif': {
      const { renderSarif } = await import('../../report/sarif/sarif.ts');
      const replacementFor = await replacementsIn(printing.files ?? []);
      const { docsUrl } = printing.policy;
      return out(renderSarif(result, { folder: process.cwd(), docsUrl, replacementFor }));
    }
    default:
      return output satisfies never;
  }
}

async function printAdvice(
  advice: readonly Advice[],
  { colour, clusterFlags = [] }: RenderResultOptions,
  out: (text: string) => void,
): Promise<void> {
  const { adviceText } = await import('../../report/advice/text.ts');
  for (const one of advice) out(`${adviceText(one, { colour, clusterFlags })}\n`);
}

/** The replacement of each fix on its own, as text and place. */
async function replacementsIn(files: readonly ManifestFile[]): Promise<(f: LocatedFinding) => Replacement | null> {
  const { toReplacement } = await import('../../cluster/manifests/manifest-replacement.ts');
  const texts = new Map(files.map(({ name, text }) => [name, text]));
  return ({ file, line, object, fix }) => {
    if (file === null || line === null || fix === null) return null;
    return toReplacement(texts.get(file) ?? '', { ...object, line }, fix.edits);
  };
}
