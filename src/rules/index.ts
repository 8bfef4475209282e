import { externalLocalUncoveredNodes } from './external-local-uncovered-nodes.ts';
import { fieldDroppedByVersion } from './field-dropped-by-version.ts';
import { fieldNotApplicable } from './field-not-applicable.ts';
import { localPolicyUncoveredNodes } from './local-policy-uncovered-nodes.ts';
import type { Rule } from './rule.ts';
import { topologyModeOverridesTrafficDistribution } from './topology-mode-overrides-traffic-distribution.ts';
import { trafficDistributionUnused } from './traffic-distribution-unused.ts';
import { unknownTopologyMode } from './unknown-topology-mode.ts';
import { unsupportedValue } from './unsupported-value.ts';
import { zoneHintsBlocked } from './zone-hints-blocked.ts';

/** All rules, the most important first: findings of one level are reported in this order. */
export const RULES: readonly Rule[] = [
  unsupportedValue,
  fieldDroppedByVersion,
  localPolicyUncoveredNodes,
  externalLocalUncoveredNodes,
  topologyModeOverridesTrafficDistribution,
  trafficDistributionUnused,
  zoneHintsBlocked,
  unknownTopologyMode,
  fieldNotApplicable,
];
