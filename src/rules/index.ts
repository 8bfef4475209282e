import { affinityWithLocality } from './affinity-with-locality.ts';
import { annotationWithoutEffect } from './annotation-without-effect.ts';
import { clientNodesMatchNoNode } from './client-nodes-match-no-node.ts';
import { clientNodesWithoutZone } from './client-nodes-without-zone.ts';
import { dataplaneIgnoresHints } from './dataplane-ignores-hints.ts';
import { distributionWithoutSpread } from './distribution-without-spread.ts';
import { dualStackHintsDiffer } from './dual-stack-hints-differ.ts';
import { endpointOverload } from './endpoint-overload.ts';
import { externalLocalDropsClientsInside } from './external-local-drops-clients-inside.ts';
import { externalLocalSingleNode } from './external-local-single-node.ts';
import { externalLocalSkew } from './external-local-skew.ts';
import { externalLocalUncoveredNodes } from './external-local-uncovered-nodes.ts';
import { fieldDroppedByVersion } from './field-dropped-by-version.ts';
import { fieldNotApplicable } from './field-not-applicable.ts';
import { hintsNotManaged } from './hints-not-managed.ts';
import { hintsNotProgrammed } from './hints-not-programmed.ts';
import { ignoreWithoutReason } from './ignore-without-reason.ts';
import { ipvsLocalFallsBack } from './ipvs-local-falls-back.ts';
import { lastEndpointLost } from './last-endpoint-lost.ts';
import { loadBalancerExcludesEndpoints } from './load-balancer-excludes-endpoints.ts';
import { localPolicyEndpointsWithoutNode } from './local-policy-endpoints-without-node.ts';
import { localPolicyNoEndpoints } from './local-policy-no-endpoints.ts';
import { localPolicyUncoveredNodes } from './local-policy-uncovered-nodes.ts';
import { localPolicyUnreadyNodes } from './local-policy-unready-nodes.ts';
import { localPolicyWithoutDaemonset } from './local-policy-without-daemonset.ts';
import { localityWithoutZones } from './locality-without-zones.ts';
import { nodeVersionIgnoresHints } from './node-version-ignores-hints.ts';
import { nodesIgnoreHints } from './nodes-ignore-hints.ts';
import { notReadyAddressesDefeatHealthCheck } from './not-ready-addresses-defeat-health-check.ts';
import { portMatchesNoSlice } from './port-matches-no-slice.ts';
import { preferCloseDeprecated } from './prefer-close-deprecated.ts';
import { removedTopologyKeys } from './removed-topology-keys.ts';
import type { Rule } from './rule.ts';
import { topologyModeDeprecated } from './topology-mode-deprecated.ts';
import { topologyModeFragile } from './topology-mode-fragile.ts';
import { topologyModeOverridesTrafficDistribution } from './topology-mode-overrides-traffic-distribution.ts';
import { topologyModeSafeguard } from './topology-mode-safeguard.ts';
import { topologyModeUnused } from './topology-mode-unused.ts';
import { trafficDistributionUnused } from './traffic-distribution-unused.ts';
import { unknownField } from './unknown-field.ts';
import { unknownTopologyMode } from './unknown-topology-mode.ts';
import { unsupportedValue } from './unsupported-value.ts';
import { zoneHintsBlocked } from './zone-hints-blocked.ts';
import { zoneWithoutEndpoints } from './zone-without-endpoints.ts';

/** All rules, the most important first: findings of one level are reported in this order. */
export const RULES: readonly Rule[] = [
  unsupportedValue,
  unknownField,
  fieldDroppedByVersion,
  portMatchesNoSlice,
  lastEndpointLost,
  localPolicyUncoveredNodes,
  localPolicyEndpointsWithoutNode,
  localPolicyWithoutDaemonset,
  externalLocalUncoveredNodes,
  externalLocalDropsClientsInside,
  loadBalancerExcludesEndpoints,
  endpointOverload,
  topologyModeOverridesTrafficDistribution,
  topologyModeSafeguard,
  dataplaneIgnoresHints,
  zoneHintsBlocked,
  trafficDistributionUnused,
  topologyModeUnused,
  nodeVersionIgnoresHints,
  nodesIgnoreHints,
  notReadyAddressesDefeatHealthCheck,
  unknownTopologyMode,
  fieldNotApplicable,
  removedTopologyKeys,
  ignoreWithoutReason,
  annotationWithoutEffect(() => RULES.map(({ id }) => id)),
  clientNodesMatchNoNode,
  distributionWithoutSpread,
  topologyModeFragile,
  externalLocalSkew,
  externalLocalSingleNode,
  localPolicyNoEndpoints,
  localPolicyUnreadyNodes,
  zoneWithoutEndpoints,
  localityWithoutZones,
  clientNodesWithoutZone,
  hintsNotProgrammed,
  hintsNotManaged,
  dualStackHintsDiffer,
  affinityWithLocality,
  preferCloseDeprecated,
  topologyModeDeprecated,
  ipvsLocalFallsBack,
];
