import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { CHART, KUBERNETES } from '../../../charts/generate.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import type { PackagedChart } from './packaged.ts';

export function ociCases(chart: () => PackagedChart): void {
  describe('the chart in a registry', () => {
    test('is the archive that was pushed, with the version of package.json', async () => {
      const { pushed, pulled, url, helm } = chart();
      expect((await readFile(pulled)).equals(await readFile(pushed))).toBe(true);
      const shown = await helm('show', 'chart', url, '--version', packageJson.version, '--plain-http');
      expect(shown).toMatch(new RegExp(`^version: ${packageJson.version}$`, 'm'));
      expect(shown).toMatch(new RegExp(`^appVersion: ${packageJson.version}$`, 'm'));
    });

    test('renders what the folder renders, from oci:// and from the archive', async () => {
      const { pulled, url, helm } = chart();
      const render = (...chart: readonly string[]) =>
        helm('template', 'zonewise', ...chart, '--namespace', 'zonewise', '--kube-version', KUBERNETES);
      const ofFolder = await render(CHART);
      expect(await render(url, '--version', packageJson.version, '--plain-http')).toBe(ofFolder);
      expect(await render(pulled)).toBe(ofFolder);
    });
  });
}
