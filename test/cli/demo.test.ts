import { expect, test } from 'vitest';
import { readInput } from '../../src/cli/connect/manifest-files.ts';
import { demo } from '../../src/cli/demo.ts';
import { SAMPLE_CLUSTER, sampleCurlCommand } from '../../src/cli/sample.ts';
import { ManifestTopology } from '../../src/cluster/manifests/manifest-topology.ts';
import { webhook } from '../webhook/harness.ts';
import { run } from './terminal.ts';

test('prints five reviews, each with a warning, and ends with 0', async () => {
  const { exit, out, err } = await run(demo, []);
  expect([exit, err]).toEqual([0, '']);
  const stories = out.split('\n$ kubectl apply ').slice(1);
  expect(stories).toHaveLength(5);
  for (const story of stories)
    expect(story).toMatch(/\nWarning: .* \[[a-z-]+\]\n(Warning: .*\n)*service\/\S+ configured\n/);
  const rules = stories.map(story => /\[([a-z-]+)\]\n/.exec(story)?.[1]);
  expect(new Set(rules).size, 'each is about something else').toBe(5);
});

test('rejects an argument', async () => {
  await expect(run(demo, ['now'])).rejects.toThrow('demo takes no argument "now"');
  await expect(run(demo, ['--fast'])).rejects.toThrow(/Unknown option '--fast'/);
});

test('the curl command of serve sends a review that gets a warning', async () => {
  const text = sampleCurlCommand(12345);
  const [, url, body] = /curl -sk '([^']+)' -H 'content-type: application\/json' -d '([^']+)'/.exec(text) ?? [];
  const { host, pathname, search } = new URL(url ?? '');
  expect([host, pathname]).toEqual(['127.0.0.1:12345', '/validate']);
  const topology = new ManifestTopology(await readInput([SAMPLE_CLUSTER], async () => ''));
  const { send } = await webhook({ topology: () => topology });
  const { status, answer } = await send(pathname + search, body ?? '');
  expect([status, answer.response]).toMatchObject([
    200,
    { uid: 'try-me', allowed: true, warnings: [expect.anything()] },
  ]);
});
