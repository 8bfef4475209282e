import {
  ALIBABA_BACKEND_TYPE,
  AWS_LOAD_BALANCER_TYPE,
  AWS_TARGET_TYPE,
  CILIUM_NODE,
  CILIUM_NODE_SELECTOR,
  CILIUM_TYPE,
  CLIENT_NODES_ANNOTATION,
  IGNORE_ANNOTATION,
  IGNORE_REASON_ANNOTATION,
  IGNORE_UNTIL_ANNOTATION,
  TENCENT_DIRECT_ACCESS,
} from '../../model/annotations.ts';
import { parseLabelSelector } from '../../model/label-selector.ts';
import { TOPOLOGY_AWARE_HINTS_ANNOTATION, TOPOLOGY_MODE_ANNOTATION } from '../../model/service.ts';
import { EXPOSED_TYPES } from '../../topology/data-planes/cilium-exposure.ts';
import type { LabelPseudonyms } from './labels.ts';

const ANONYMIZED = 'anonymized';
const KNOWN_LOAD_BALANCER_VALUES = ['ip', 'instance', 'nlb', 'nlb-ip', 'external', 'eni', 'true'];

/** Anonymizes annotations of Services: a value keeps only what affects a result. */
export class AnnotationAnonymizer {
  readonly #labels: LabelPseudonyms;
  readonly #rules: readonly string[];

  constructor(labels: LabelPseudonyms, rules: readonly string[]) {
    this.#labels = labels;
    this.#rules = rules;
  }

  anonymize(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return Object.fromEntries(Object.entries(annotations).map(([key, value]) => [key, this.#value(key, value)]));
  }

  #value(key: string, value: string): string {
    switch (key) {
      case TOPOLOGY_MODE_ANNOTATION:
      case TOPOLOGY_AWARE_HINTS_ANNOTATION:
        return topologyMode(value);
      case IGNORE_ANNOTATION:
        return value
          .split(',')
          .map(part => part.trim())
          .map(rule => (rule === '' || rule === '*' || this.#rules.includes(rule) ? rule : ANONYMIZED))
          .join(',');
      case IGNORE_UNTIL_ANNOTATION:
        return /^[\d-]*$/.test(value.trim()) ? value : ANONYMIZED;
      case IGNORE_REASON_ANNOTATION:
        return value.trim() === '' ? '' : ANONYMIZED;
      case CLIENT_NODES_ANNOTATION:
      case CILIUM_NODE_SELECTOR:
        return this.#selector(value);
      case CILIUM_NODE:
        return this.#labels.map({ [key]: value })[key] ?? '';
      case CILIUM_TYPE:
        return EXPOSED_TYPES.includes(value) ? value : ANONYMIZED;
      case AWS_TARGET_TYPE:
      case AWS_LOAD_BALANCER_TYPE:
      case ALIBABA_BACKEND_TYPE:
      case TENCENT_DIRECT_ACCESS:
        return KNOWN_LOAD_BALANCER_VALUES.includes(value) ? value : ANONYMIZED;
      default:
        return '';
    }
  }

  /** An invalid selector stays invalid. */
  #selector(text: string): string {
    const selector = parseLabelSelector(text);
    return selector === null ? '(' : this.#labels.selector(selector);
  }
}

/** Standard values are kept in any spelling; a vendor-specific mode (`example.com/name`) stays vendor-specific. */
function topologyMode(value: string): string {
  if (/^(auto|disabled|)$/i.test(value.trim())) return value;
  return value.includes('/') ? `example.com/${ANONYMIZED}` : ANONYMIZED;
}
