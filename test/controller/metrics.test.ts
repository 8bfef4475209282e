import { expect, test } from 'vitest';
import { createControllerMetrics } from '../../src/controller/metrics.ts';
import { createMetrics } from '../../src/serving/metrics.ts';

const LINES = /^zonewise_(?:leader|ca_expiry|certificate_expiry).*$/gm;

test('the leader reports certificate expiry in seconds; other processes only report that they do not lead', async () => {
  const metrics = createMetrics({ processMetrics: false });
  const controllerMetrics = createControllerMetrics(metrics.registry, metrics.certificateExpiry);
  const lines = async () => (await metrics.text()).match(LINES);
  controllerMetrics.setLeader(true);
  expect(await lines()).toEqual(['zonewise_leader 1']);
  controllerMetrics.setExpiry({ leaf: 1_800_000_000_000, authority: 1_900_000_000_000 });
  expect(await lines()).toEqual([
    'zonewise_certificate_expiry_timestamp_seconds 1800000000',
    'zonewise_leader 1',
    'zonewise_ca_expiry_timestamp_seconds 1900000000',
  ]);
  controllerMetrics.setExpiry({ leaf: null, authority: 1_900_000_000_000 });
  expect(await lines()).toEqual(['zonewise_leader 1', 'zonewise_ca_expiry_timestamp_seconds 1900000000']);
  controllerMetrics.setLeader(false);
  expect(await lines()).toEqual(['zonewise_leader 0']);
});
