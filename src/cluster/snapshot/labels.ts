import { LABELS_READ } from '../../model/annotations.ts';
import type { LabelSelector, Requirement } from '../../model/label-selector.ts';
import { OS_LABEL, ZONE_LABEL } from '../../model/node.ts';
import { POD_NAME_LABELS } from '../../topology/entrances.ts';
import { EXCLUDE_LOAD_BALANCERS_LABEL, FALSE_VALUES } from '../../topology/load-balancer-nodes.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { NODE_LABELS, VIRTUAL_NODE_LABELS } from './retained-fields.ts';

const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';
/** Keys present in every cluster. A domain is not enough, because users also add their own keys under kubernetes.io. */
const WELL_KNOWN_KEYS = [
  ...NODE_LABELS,
  ...LABELS_READ,
  ...POD_NAME_LABELS,
  NAMESPACE_NAME_LABEL,
  OS_LABEL,
  'kubernetes.io/arch',
  'kubernetes.io/hostname',
  'topology.kubernetes.io/region',
  'node.kubernetes.io/instance-type',
];
const VIRTUAL_VALUES = ['virtual-kubelet', 'fargate'];

/** Renames keys and values of labels, and of the selectors that use them. */
export class LabelPseudonyms {
  readonly #names: Pseudonyms;
  readonly #chosen: LabelSelector;

  /** Keys and values in `chosen`, the configured selector, are kept, so that it still selects the same nodes. */
  constructor(names: Pseudonyms, chosen: LabelSelector) {
    this.#names = names;
    this.#chosen = chosen;
  }

  map(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return Object.fromEntries(Object.entries(labels).map(([key, value]) => [this.key(key), this.#value(key, value)]));
  }

  key(key: string): string {
    if (WELL_KNOWN_KEYS.includes(key) || this.#chosen.some(requirement => requirement.key === key)) return key;
    return this.#names.name('label', key);
  }

  #value(key: string, value: string): string {
    // Zones are renamed even if the configuration selects by them: zone names also occur outside labels.
    if (key === ZONE_LABEL) return this.#names.name('zone', value);
    if (key === NAMESPACE_NAME_LABEL) return this.#names.name('ns', value);
    if (key === OS_LABEL) return value;
    if (VIRTUAL_NODE_LABELS.includes(key) && VIRTUAL_VALUES.includes(value)) return value;
    if (key === EXCLUDE_LOAD_BALANCERS_LABEL && FALSE_VALUES.includes(value)) return value;
    const stays = this.#chosen.some(one => one.key === key && 'values' in one && one.values.includes(value));
    return stays ? value : this.#names.name('value', value);
  }

  /** Formats the renamed selector. */
  selector(selector: LabelSelector): string {
    return selector.map(requirement => this.#requirement(requirement)).join(',');
  }

  #requirement(requirement: Requirement): string {
    const key = this.key(requirement.key);
    switch (requirement.operator) {
      case 'in':
      case 'notin': {
        const values = requirement.values.map(value => this.#value(requirement.key, value));
        return `${key} ${requirement.operator} (${values.join(',')})`;
      }
      case 'exists':
        return key;
      case 'absent':
        return `!${key}`;
      default:
        return requirement satisfies never;
    }
  }
}
