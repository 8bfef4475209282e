import type { Advice } from '../../engine/advice/advice.ts';
import { objectKey } from '../../model/object-key.ts';
import { plural } from '../../model/plural.ts';
import type { Service } from '../../model/service.ts';
import {
  type AdviceReport,
  adviceReportJson,
  adviceReportPatches,
  adviceReportText,
} from '../../report/advice/report.ts';
import type { AdviceStyle } from '../../report/advice/text.ts';
import { printable } from '../../report/printable.ts';

/** The report in the format that -o names, in pieces. */
export function advicePieces(
  output: 'text' | 'json' | 'patch',
  report: AdviceReport,
  style: AdviceStyle,
): Iterable<string> {
  switch (output) {
    case 'json':
      return adviceReportJson(report, style);
    case 'patch':
      return adviceReportPatches(report);
    case 'text':
      return adviceReportText(report, style);
    default:
      return output satisfies never;
  }
}

const MAX_NAMED = 5;

/** Counts the Services without advice while they are printed. */
export class WithoutAdvice {
  #count = 0;
  readonly #names: string[] = [];

  *counting(advice: Iterable<Advice>): Generator<Advice> {
    for (const one of advice) {
      if (one.kind === 'none') this.#add(one.service);
      yield one;
    }
  }

  #add({ namespace, name }: Service): void {
    this.#count++;
    if (this.#names.length < MAX_NAMED) this.#names.push(objectKey(namespace, name));
  }

  text(): string {
    if (this.#count === 0) return '';
    const names = `${printable(this.#names.join(', '))}${this.#count > MAX_NAMED ? ', ...' : ''}`;
    return `zonewise: no advice for ${plural(this.#count, 'Service')}: ${names}; -o text says why\n`;
  }
}
