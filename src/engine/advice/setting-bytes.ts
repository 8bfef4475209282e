import type { EndpointSlice } from '../../model/endpoint-slice.ts';
import type { Service } from '../../model/service.ts';
import type { ClusterFacts } from '../../model/topology.ts';
import type { MeasuredSenders } from '../../topology/measured-senders.ts';
import type { NodeSet } from '../../topology/node-set.ts';
import { type ZoneBytes, zoneBytes } from '../traffic/zone-bytes.ts';
import { routingsIn } from './outcome.ts';
import { type Setting, withSetting } from './setting.ts';

export interface SettingBytesInput {
  readonly service: Service;
  readonly slices: readonly EndpointSlice[];
  readonly facts: ClusterFacts;
  readonly nodeSet: NodeSet;
  readonly clients: NodeSet;
  readonly senders: MeasuredSenders;
}

/** Where the measured bytes go today under a setting. */
export function settingBytes(setting: Setting, input: SettingBytesInput): ZoneBytes {
  const { slices, facts, nodeSet, clients, senders } = input;
  const service = withSetting(input.service, setting);
  const ports = routingsIn(slices, { service, facts, nodes: nodeSet, ports: null });
  const used = ports.filter(({ index }) => index.ready.length > 0);
  return zoneBytes(used, clients, senders);
}
